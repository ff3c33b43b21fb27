/**
 * The HTTP side of {@code mediatool serve}, on Vert.x Web: WHIP and WHEP ({@code http.whip}), REST and its events ({@code http.api}),
 * metrics ({@code http.metrics}) and the page.
 *
 * <p>Roof. One thread of Vert.x does everything; nothing here touches packets. Sessions answer on the media loop's
 * thread and are brought over.
 */
@NullMarked
package io.mediatool.cli.http;

import org.jspecify.annotations.NullMarked;
