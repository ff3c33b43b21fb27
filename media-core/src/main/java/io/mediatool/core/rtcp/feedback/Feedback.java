package io.mediatool.core.rtcp.feedback;

/** One feedback message (RFC 4585 §6.1). Read and written by {@link FeedbackPackets}. */
public sealed interface Feedback permits Nack, PictureLoss, FullIntraRequest, ReceiverEstimate, TransportFeedback {
    /** SSRC of who sends the feedback. */
    int sender();

    /** SSRC of what it is about, the first where there are several; 0 for none. */
    int media();
}
