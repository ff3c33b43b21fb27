// Ticks in a worker, since a page that is not looked at has its own timers slowed down.
onmessage = ({ data: periodMs }) => setInterval(() => postMessage(0), periodMs);
