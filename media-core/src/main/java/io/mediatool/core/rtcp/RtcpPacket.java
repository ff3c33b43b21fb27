package io.mediatool.core.rtcp;

/** One packet of a compound. */
public sealed interface RtcpPacket permits SenderReport, ReceiverReport, SourceDescription, Goodbye, OtherRtcp {}
