package io.mediatool.core.codec.nal;

/**
 * One parameter set of a stream. Immutable by agreement.
 *
 * @param type its NAL unit type: which family of sets it belongs to
 * @param id its number in the family, 0 to 255
 * @param nal the whole NAL unit, as it came
 */
public record ParameterSet(int type, int id, byte[] nal) {}
