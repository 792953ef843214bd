// Links as they were before a mail program wrapped them: the wrapping names who received the mail and follows who clicks.

const PARAMETER = [
  [/(?:^|\.)safelinks\.protection\.outlook\.com$/, "url"],
  [/(?:^|\.)safelinks\.office\.(?:net|com)$/, "url"],
  [/^statics\.teams\.cdn\.(?:office\.net|live\.net)$/, "url"],
  [/^(?:www\.)?google\.[a-z.]+$/, "q", /^\/url$/],
  [/^(?:www\.)?google\.[a-z.]+$/, "url", /^\/url$/],
  [/^(?:l|lm)\.facebook\.com$/, "u"],
  [/^(?:www\.)?linkedin\.com$/, "url", /^\/(?:redir|safety\/go)/],
  [/^linkprotect\.cudasvc\.com$/, "a"],
  [/^clicktime\.symantec\.com$/, "u"],
  [/^(?:www\.)?youtube\.com$/, "q", /^\/redirect$/],
  [/^out\.reddit\.com$/, "url"],
  [/^slack-redir\.net$/, "url"],
  [/(?:^|\.)mailguard\.com\.au$/, "u"],
  [/(?:^|\.)trendmicro\.com$/, "url"],
];
// Wrappers that do not say where they lead: nothing of them can be kept.
const OPAQUE = /(?:^|\.)(?:mimecast(?:protect)?\.com|mimecast-offshore\.com|list-manage\.com|sendgrid\.net|hs-sites\.com|lnkd\.in|mailchi\.mp)$/;
const TRACKING = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|igshid|yclid|vero_\w+|oly_\w+|wickedid|at_\w+|ocid|cvid)$/i;
export const ADDRESS = /[a-z0-9._%+'-]+(?:@|%40)[a-z0-9-]+(?:(?:\.|%2e)[a-z0-9-]+)*(?:\.|%2e)[a-z]{2,}/i;

function parsed(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function inner(url) {
  if (/(?:^|\.)urldefense(?:\.proofpoint)?\.com$/.test(url.hostname) || url.hostname === "urldefense.us") {
    const third = /\/v3\/__(.+?)__;/.exec(url.href);
    if (third) return third[1].includes("*") ? "" : third[1];
    const second = url.searchParams.get("u");
    if (!second) return "";
    if (url.pathname.includes("/v1/")) return second;
    try {
      return decodeURIComponent(second.replace(/-/g, "%").replace(/_/g, "/"));
    } catch {
      return "";
    }
  }
  for (const [host, name, path] of PARAMETER) {
    if (host.test(url.hostname) && (!path || path.test(url.pathname)) && url.searchParams.get(name)) return url.searchParams.get(name);
  }
  return OPAQUE.test(url.hostname) ? "" : null;
}

// The address without wrappers and trackers, and whether there were any. An empty address: nothing of it can be kept.
export function unwrapped(href) {
  let address = href;
  let wrapped = false;
  for (let times = 0; times < 5; times++) {
    const url = parsed(address);
    const found = url && inner(url);
    if (found === null || url === null) break;
    wrapped = true;
    address = found;
  }
  const url = parsed(address);
  if (!url) return { address: wrapped ? "" : address, wrapped };
  const followers = [...url.searchParams.keys()].filter((name) => TRACKING.test(name));
  if (followers.length) {
    for (const name of followers) url.searchParams.delete(name);
    address = url.href;
    wrapped = true;
  }
  return { address, wrapped };
}

// Addresses in running words, without their wrappers.
export function unwrappedWords(words) {
  let times = 0;
  const text = words.replace(/https?:\/\/[^\s<>"“”]+/g, (href) => {
    const [, link, behind] = /^(.*?)([.,;:)\]]*)$/.exec(href);
    const { address, wrapped } = unwrapped(link);
    if (!wrapped) return href;
    times += 1;
    return address + behind;
  });
  return { text, times };
}
