#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""check.py DIRECTORY: opens the reports in it in a browser, and prints a check for each promise.

Screenshots go to DIRECTORY, for people: NAME-light.png, -dark, -narrow and -print.
"""
import pathlib
import re
import sys

import browser
import samples

SIGHTS = {"light": {"width": 1200}, "dark": {"width": 1200, "scheme": "dark"},
          "narrow": {"width": 360}, "print": {"width": 794, "media": "print"}}

# Returns the lowest contrast of text with what is behind it, and that text. A <details> is
# opened first, as text that is not drawn has no color.
CONTRAST = r"""(() => {
  document.querySelectorAll('details').forEach(one => one.open = true);
  const channel = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const parse = color => color.match(/[\d.]+/g).map(Number);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const color = parse(getComputedStyle(node).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let worst = [99, ''];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), node = walker.currentNode.parentElement;
    if (!text || node.closest('title, desc, .skip') || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(parse(node.closest('svg') ? style.fill : style.color)),
                    light(behind(node))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, text.slice(0, 40)];
  }
  return worst;
})()"""

failed = passed = 0


def check(promise, faults):
    global failed, passed
    print(f"{'not ok' if faults else 'ok'} - {promise}")
    for fault in faults[:5]:
        print(f"#   {str(fault)[:300]}")
    failed += bool(faults)
    passed += not faults


def quiet_faults(tab, path):
    """What the browser complains about, and what it asks for besides the file."""
    for event in tab.of("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
        yield event
    for event in tab.of("Network.requestWillBeSent"):
        if event["request"]["url"] != f"file://{path}":
            yield event["request"]["url"]


def sight_faults(tab, path):
    for name, sight in SIGHTS.items():
        tab.show(**sight)
        wide = tab.evaluate("document.scrollingElement.scrollWidth")
        if wide > sight["width"]:
            yield f"{name}: {wide} wide"
        tab.screenshot(path.with_name(f"{path.stem}-{name}.png"), whole=True)
        ratio, text = tab.evaluate(CONTRAST)
        if ratio < 4.5:
            yield f"{name}: contrast {ratio:.2f} of {text!r}"
    tab.show(**SIGHTS["light"])


def missing(found, wanted):
    return [f"{role} {name!r} is not there" for role, name in wanted if (role, name) not in found]


def headings():
    return [("heading", name) for name in (
        "What happened", "What to do next", "Timeline", "Process tree", "Command lines",
        "Request", "Files", "Network", "Rules", "Records")]


def check_attack(tab):
    found = tab.accessible()
    check("attack: a screen reader finds landmarks, headings, tables and the drawing",
          missing(found, headings() + [
              ("heading", "Reverse shell under php-fpm8.2 on web01"), ("main", ""),
              ("navigation", "Contents"), ("image", "Execs over time, by program"),
              ("table", "Each command line once, by its first time"),
              ("columnheader", "Command"), ("rowheader", "Client"), ("link", "What to do next")]))
    text = tab.evaluate("document.body.innerText")
    told = ["The client 203.0.113.5:51332 sent the request: POST /upload/x.php?c=id",
            "This is certain", "In order: sh -c 'id; uname -a', then id, then uname -a",
            "as www-data (uid 33)",
            "Shelltrap refused 1 of 8; 7 ran.", "network connection with 198.51.100.9:4444",
            "the attacker may have written: /tmp/.k", "http://198.51.100.9/k",
            "systemctl stop -- php8.2-fpm.service", "2 alerts of this time are lost",
            "T1059.004 Unix Shell"]
    check("attack: the page says who came in, what he ran, as whom, and what to do",
          [one for one in told if one not in " ".join(text.split())])


def check_hostile(tab):
    text = tab.evaluate("document.documentElement.textContent")
    hidden = re.findall("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]", text)
    check("hostile: no character steers or reorders the text", hidden)
    shown = [one for one in samples.MARKUP if one.isprintable() and "\\" not in one]
    check("hostile: the bytes of the alerts are shown as they are",
          [one for one in shown if one not in text])
    elements = tab.evaluate("[...document.querySelectorAll('script, img, i, b, iframe, object, "
                            "base, form, [onerror], [onload], [onfocus], [src]')]"
                            ".map(one => one.outerHTML)")
    check("hostile: no element or attribute is the alerts' own", elements)
    styles = tab.evaluate("document.querySelectorAll('style, body, html').length")
    check("hostile: the page has one style, and it is shown",
          [] if styles == 3 and tab.evaluate("document.body.offsetHeight") > 1000 else [styles])


def check_storm(tab):
    nodes = tab.evaluate("document.querySelectorAll('*').length")
    check("storm: 20,000 commands give a page of fewer than 20,000 elements",
          [] if nodes < 20000 else [nodes])
    text = " ".join(tab.evaluate("document.body.innerText").split())
    check("storm: the attack that came before is not lost in it, and the rest is counted",
          [one for one in ("/tmp/.k", "198.51.100.9:4444", "more command lines are not on this page")
           if one not in text])


def check_many(tab):
    titles = [name for role, name in tab.accessible()
              if role == "heading" and name.startswith("Reverse shell")]
    expected = ["Reverse shell under php-fpm8.2 on web01", "Reverse shell under php-fpm8.2 on web02",
                "Reverse shell under php-fpm8.2 on web01"]
    check("many: servers, hosts and instances are not mixed up",
          [] if sorted(titles) == sorted(expected) else titles)


def main():
    directory = pathlib.Path(sys.argv[1]).resolve()
    tab = browser.Browser(directory)
    try:
        for name, more in (("attack", check_attack), ("hostile", check_hostile),
                           ("storm", check_storm), ("many", check_many)):
            path = directory / f"{name}.html"
            tab.open(path)
            more(tab)
            faults = list(sight_faults(tab, path))
            check(f"{name}: text is readable light, dark, narrow and printed", faults)
            check(f"{name}: no complaint, and no request to anywhere",
                  list(quiet_faults(tab, path)))
    finally:
        tab.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
