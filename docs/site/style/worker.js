// Browsers refuse workers to pages that are opened from the disk. There, the script of the search runs in a hidden frame
// of the same page, which talks in the same way; elsewhere this file does nothing.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    #waiting = [];
    #inside = null;

    constructor(address) {
      super();
      this.addEventListener("message", (event) => this.onmessage?.(event));
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inside = frame.contentWindow;
      // A worker never answers within the very call that asks it.
      inside.postMessage = (data) => setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
      const script = inside.document.createElement("script");
      script.src = new URL(address, location.href).href;
      script.onload = () => {
        this.#inside = inside;
        this.#waiting.splice(0).forEach((data) => this.postMessage(data));
      };
      script.onerror = () => this.dispatchEvent(new Event("error"));
      inside.document.body.append(script);
    }

    postMessage(data) {
      if (this.#inside === null) this.#waiting.push(data);
      else setTimeout(() => this.#inside.dispatchEvent(new this.#inside.MessageEvent("message", { data })));
    }

    terminate() {
      this.#inside?.frameElement.remove();
    }
  };
}
