// createEncodedStreams() for a browser that has RTCRtpScriptTransform instead: what is read are copies, and the frames go on by
// themselves. The page must allow workers made of blobs.
(() => {
  const inWorker = () => {
    onrtctransform = ({ transformer: { readable, writable, options } }) => {
      const copy = (frame, controller) => {
        const { rtpTimestamp = frame.timestamp } = frame.getMetadata();
        options.port.postMessage({ rtpTimestamp, data: frame.data.slice(0) });
        controller.enqueue(frame);
      };
      readable.pipeThrough(new TransformStream({ transform: copy })).pipeTo(writable);
    };
  };
  const url = URL.createObjectURL(new Blob([`(${inWorker})()`], { type: "text/javascript" }));
  RTCRtpSender.prototype.createEncodedStreams ??= function () {
    const { port1, port2 } = new MessageChannel();
    this.transform = new RTCRtpScriptTransform(new Worker(url), { port: port2 }, [port2]);
    const start = (controller) => {
      port1.onmessage = ({ data: { rtpTimestamp, data } }) => controller.enqueue({ data, getMetadata: () => ({ rtpTimestamp }) });
    };
    return { readable: new ReadableStream({ start }), writable: new WritableStream() };
  };
})();
