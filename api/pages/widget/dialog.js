// Opens the panel: over everything and alone in reach on a phone, beside the page elsewhere.

const PHONE = matchMedia("(max-width: 30rem), (max-height: 26rem)");

/** A dialog that follows the size of the window. */
export class PanelDialog {
  /** @param {() => void} onClose The customer wants it closed. */
  constructor(element, onClose) {
    this.element = element;
    this.onSize = () => element.open && this.open();
    PHONE.addEventListener("change", this.onSize);
    element.addEventListener("cancel", (event) => {
      if (event.target !== element) return; // of the file dialog, which the customer gave up
      event.preventDefault();
      onClose();
    });
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      event.preventDefault();
      onClose();
    });
  }

  /** Open it the way that fits the window. */
  open() {
    const focused = this.element.getRootNode().activeElement;
    this.element.close();
    if (PHONE.matches) this.element.showModal();
    else this.element.show();
    if (this.element.contains(focused)) focused.focus();
  }

  /** Close it. */
  close() {
    this.element.close();
  }

  /** Follow the window no longer. */
  end() {
    PHONE.removeEventListener("change", this.onSize);
  }
}
