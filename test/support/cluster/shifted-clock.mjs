// Loaded into a child process before anything else: moves its wall clock when the parent says so. Timers are monotonic and stay.
const RealDate = Date;
let shiftMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + shiftMs);
    else super(...parts);
  }
  static now() {
    return RealDate.now() + shiftMs;
  }
};

process.on('message', ({ clockMs }) => {
  shiftMs = clockMs;
});
// A parent that listens does not keep the process alive.
process.channel?.unref();
