/**
 * The syntax of boxes (ISO/IEC 14496-12 §4.2): headers, building, sample entries, and a text dump of a box tree.
 *
 * <p>Floor 1. One thread at a time, no clock, no log. Sizes that a file claims are checked against the box around it.
 */
@NullMarked
package io.mediatool.core.mp4.box;

import org.jspecify.annotations.NullMarked;
