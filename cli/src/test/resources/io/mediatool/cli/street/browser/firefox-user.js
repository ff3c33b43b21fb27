// A Firefox that tests drive: nothing of its own on the network, a pretended camera and microphone that nobody has to allow, sound that
// needs no click. What remote control wants besides, Firefox sets itself.
user_pref("app.normandy.enabled", false);
user_pref("app.update.auto", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.dns.disablePrefetch", true);
user_pref("network.trr.mode", 5);
user_pref("toolkit.telemetry.enabled", false);

user_pref("media.gmp-manager.updateEnabled", false);
user_pref("media.gmp-provider.enabled", false);

user_pref("media.autoplay.blocking_policy", 0);
user_pref("media.autoplay.default", 0);
user_pref("media.navigator.permission.disabled", true);
user_pref("media.navigator.streams.fake", true);

// As on phones, the scroll bars take no room.
user_pref("ui.useOverlayScrollbars", 1);
user_pref("ui.prefersReducedMotion", 1);
