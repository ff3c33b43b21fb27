/** Tests of the recorder, in virtual time. */
@NullMarked
package io.mediatool.recorder;

import org.jspecify.annotations.NullMarked;
