/**
 * {@code mediatool serve} and its page as people meet them: a real Chromium, driven over its DevTools protocol, publishes and
 * watches; GStreamer does the same. Pictures are told apart by the number that the test card writes into each.
 */
@NullMarked
package io.mediatool.cli.street.browser;

import org.jspecify.annotations.NullMarked;
