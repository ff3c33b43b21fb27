/**
 * {@code mediatool serve} and its page as people meet them: a real Chromium, driven over its DevTools protocol, and a real Firefox, driven
 * over WebDriver BiDi, publish and watch; GStreamer and aiortc do the same. Pictures are told apart by the number that the test card writes into
 * each.
 */
@NullMarked
package io.mediatool.cli.street.browser;

import org.jspecify.annotations.NullMarked;
