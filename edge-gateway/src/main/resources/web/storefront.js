"use strict";
const $ = (id) => document.getElementById(id);
const api = "/api/v1";
const inks = { white: "#ffffff", black: "#222222", navy: "#1f2a52", red: "#c92a2a", grey: "#9a9a9a",
  gray: "#9a9a9a", pink: "#f4a6c0", blue: "#2f6fd0", green: "#2f8f4e", yellow: "#f2c94c",
  sand: "#d8c7a0", natural: "#efe6d2", forest: "#23523a" };
const state = { token: null, product: null, colour: "", size: "", orderId: null, attempt: null,
  watch: null, cursor: null, draft: 0, timer: 0 };

function make(tag, text, cls) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (cls) node.className = cls;
  return node;
}
const hex = (colour) => inks[colour.toLowerCase()] || "#cccccc";
const money = (cents, currency) =>
  new Intl.NumberFormat(undefined, { style: "currency", currency }).format(cents / 100);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function guestName() {
  let name = localStorage.getItem("guest");
  if (!name) {
    name = "guest-" + crypto.getRandomValues(new Uint32Array(2)).join("-");
    localStorage.setItem("guest", name);
  }
  return name;
}
function tell(error) {
  const friendly = { OUT_OF_STOCK: "Sold out.", RATE_LIMITED: "A little slower, please.",
    OVERLOADED: "The shop is very busy.", PAYMENT_DECLINED: "The payment was declined." };
  const lead = friendly[error.code] || "That did not work.";
  $("notice").textContent = lead + " " + error.message + (error.code ? ` (${error.code})` : "");
  $("notice").hidden = false;
}
async function problem(answer) {
  const body = await answer.json().catch(() => ({}));
  const error = new Error(body.detail || `the server answered ${answer.status}`);
  error.code = body.code;
  error.status = answer.status;
  error.waitMs = 1000 * Math.min(30, Number(answer.headers.get("Retry-After")) || 1);
  return error;
}
async function signIn() {
  const answer = await fetch(api + "/auth/token", { method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ customer: guestName(), role: "customer" }) });
  if (!answer.ok) throw await problem(answer);
  state.token = (await answer.json()).access_token;
}
async function open(path, options = {}, again = true) {
  if (!state.token) await signIn();
  const headers = { ...options.headers, Authorization: "Bearer " + state.token };
  if (options.body) headers["Content-Type"] = "application/json";
  const answer = await fetch(api + path, { ...options, headers });
  if (answer.status === 401 && again) {
    state.token = null;
    return open(path, options, false);
  }
  if (!answer.ok) throw await problem(answer);
  return answer;
}
const call = async (path, options) => (await open(path, options)).json();
const post = (path, body, headers) =>
  call(path, { method: "POST", headers, body: body && JSON.stringify(body) });

function variant() {
  return state.product.variants.find((v) => v.colour === state.colour && v.size === state.size);
}
function choices(box, values, chosen, pick, swatches) {
  box.replaceChildren(...values.map((value) => {
    const button = make("button", "", "choice");
    button.type = "button";
    button.setAttribute("aria-pressed", String(value === chosen));
    if (swatches) button.append(swatch(value), " ");
    button.append(value);
    button.onclick = () => pick(value);
    return button;
  }));
}
function swatch(colour) {
  const dot = make("span", "", "swatch");
  dot.style.background = hex(colour);
  dot.title = colour;
  return dot;
}
function showProducts(products) {
  $("products").setAttribute("aria-busy", "false");
  $("products").replaceChildren(...products.map((product) => {
    const card = make("button", "", "card");
    const dots = make("span", "", "swatches");
    dots.append(...[...new Set(product.variants.map((v) => v.colour))].map(swatch));
    const least = Math.min(...product.variants.map((v) => v.priceCents));
    card.append(make("strong", product.name), dots,
      make("small", "from " + money(least, product.currency)));
    card.onclick = () => choose(product, card);
    return card;
  }));
  if (products.length) choose(products[0], $("products").firstElementChild);
}
function choose(product, card) {
  for (const other of $("products").children) other.setAttribute("aria-pressed", other === card);
  state.product = product;
  state.colour = product.variants[0].colour;
  state.size = product.variants[0].size;
  $("studio").hidden = false;
  $("studio-title").textContent = product.name;
  showVariant();
}
function showVariant() {
  const all = state.product.variants;
  const sizes = [...new Set(all.filter((v) => v.colour === state.colour).map((v) => v.size))];
  if (!sizes.includes(state.size)) state.size = sizes[0];
  choices($("colours"), [...new Set(all.map((v) => v.colour))], state.colour,
    (value) => { state.colour = value; showVariant(); }, true);
  choices($("sizes"), sizes, state.size, (value) => { state.size = value; showVariant(); }, false);
  showPrice();
  showStock().catch(tell);
  previewSoon();
}
function showPrice() {
  const quantity = Number($("quantity").value) || 1;
  $("price").textContent = money(variant().priceCents * quantity, state.product.currency);
}
async function showStock() {
  const sku = variant().sku;
  $("stock").textContent = "";
  const stock = await call("/stock/" + encodeURIComponent(sku));
  if (variant().sku === sku) $("stock").textContent = stock.available + " left";
}
function design() {
  const text = $("text").value.trim();
  return { template: state.product.template, garmentColor: hex(state.colour),
    layers: text ? [{ text, font: $("font").value, color: $("ink").value, x: 500, y: 400,
      size: Number($("text-size").value), rotation: Number($("rotation").value) }] : [] };
}
function previewSoon() {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => preview().catch(tell), 350);
}
async function preview() {
  const draft = ++state.draft;
  $("preview-state").textContent = "Drawing…";
  try {
    const { designId } = await post("/designs", design());
    if (draft !== state.draft) return;
    $("preview").src = `${api}/designs/${encodeURIComponent(designId)}/preview.png?width=600`;
    $("preview").hidden = false;
  } finally {
    if (draft === state.draft) $("preview-state").textContent = "";
  }
}
/* The key outlives a failed attempt of the same body: only a final answer ends it. */
async function placeOrder() {
  const { designId } = await post("/designs", design());
  const body = { lines: [{ sku: variant().sku, quantity: Number($("quantity").value), designId }] };
  const text = JSON.stringify(body);
  if (!state.attempt || state.attempt.text !== text) {
    state.attempt = { text, key: crypto.getRandomValues(new Uint32Array(4)).join("-") };
  }
  for (let tries = 0; ; tries++) {
    try {
      const order = await post("/orders", body, { "Idempotency-Key": state.attempt.key });
      state.attempt = null;
      return order;
    } catch (error) {
      const open = !error.status || error.status === 503 || error.status === 429
        || error.code === "REQUEST_IN_FLIGHT" || error.status === 500;
      if (!open) state.attempt = null;
      if (!open || tries === 5) throw error;
      await pause(error.waitMs || 1000);
    }
  }
}
function showOrder(order) {
  if (state.orderId !== order.orderId) {
    state.orderId = order.orderId;
    $("timeline").replaceChildren();
    watch(order.orderId).catch((error) => { if (error.name !== "AbortError") tell(error); });
  }
  $("current").hidden = false;
  $("current-facts").textContent = order.lines.map((l) => `${l.quantity} × ${l.sku}`).join(", ")
    + ", " + money(order.totalCents, order.currency);
  showStatus(order.status);
}
function showStatus(status) {
  $("pay").disabled = status !== "PENDING_PAYMENT";
  $("cancel").disabled = ["SHIPPED", "CANCELLED", "EXPIRED"].includes(status);
}
async function watch(orderId) {
  if (state.watch) state.watch.abort();
  const stop = state.watch = new AbortController();
  let last = "";
  while (!stop.signal.aborted && state.orderId === orderId) {
    const headers = last ? { "Last-Event-ID": last } : {};
    const answer = await open(`/orders/${orderId}/events`, { headers, signal: stop.signal });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + part.value).replaceAll("\r\n", "\n").split("\n\n");
      text = blocks.pop();
      for (const block of blocks) last = showEvent(block) || last;
    }
    if ($("cancel").disabled) return;
    await pause(2000);
  }
}
function showEvent(block) {
  const fields = Object.fromEntries(block.split("\n").map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trimStart()];
  }));
  if (fields.event !== "status") return "";
  const { status, at } = JSON.parse(fields.data);
  const label = status.toLowerCase().replaceAll("_", " ");
  $("timeline").append(make("li", `${label}, ${new Date(at).toLocaleTimeString()}`));
  showStatus(status);
  return fields.id;
}
async function showOrders(older) {
  const cursor = older ? "&cursor=" + encodeURIComponent(state.cursor) : "";
  const page = await call("/orders?limit=10" + cursor);
  if (!older) $("order-list").replaceChildren();
  for (const order of page.orders) {
    const total = money(order.totalCents, order.currency);
    const button = make("button",
      `${new Date(order.createdAt).toLocaleString()}  ·  ${total}  ·  ${order.status}`);
    button.onclick = () => showOrder(order);
    const item = make("li");
    item.append(button);
    $("order-list").append(item);
  }
  state.cursor = page.nextCursor;
  $("more").hidden = !page.nextCursor;
}
async function during(button, work) {
  button.disabled = true;
  $("notice").hidden = true;
  try {
    const order = await work();
    button.disabled = false;
    showOrder(order);
    await Promise.all([showOrders(false), showStock()]);
  } catch (error) {
    button.disabled = false;
    tell(error);
  }
}
$("order-form").onsubmit = (event) => { event.preventDefault(); during($("order"), placeOrder); };
$("pay").onclick = () => during($("pay"), () =>
  post(`/orders/${state.orderId}/payment`, { method: "sandbox", token: "tok_ok" }));
$("cancel").onclick = () => during($("cancel"), () => post(`/orders/${state.orderId}/cancel`));
$("more").onclick = () => showOrders(true).catch(tell);
$("quantity").oninput = showPrice;
for (const id of ["text", "font", "ink", "text-size", "rotation"]) $(id).oninput = previewSoon;
$("guest").textContent = guestName();
/* One token first, so that the calls after it do not each ask for their own. */
async function start() {
  await signIn();
  showProducts((await call("/products")).products);
  await showOrders(false);
}
start().catch(tell);
