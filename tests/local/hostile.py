"""Mails that try everything that a mail can try against the page that shows it. Each attempt names itself to a trap.

`PARTS` are HTML: `{trap}` is where a connection would be noticed, `{call}` JavaScript that makes one, and `{other}` a
second trap, to which only an early connection would be made.
"""

CALL = "(window.pwned=1,top.pwned=1,new Image().src='{trap}/{name}')"
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
PARTS = {
    "script": "<script>{call}</script>",
    "script-src": "<script src='{trap}/script-src'></script>",
    "module": "<script type=module>import '{trap}/module'</script>",
    "onerror": "<img src='data:,' onerror=\"{call}\">",
    "onload": f'<img src="data:image/gif;base64,{PIXEL}" onload="{{call}}">',
    "ontoggle": '<details open ontoggle="{call}"><summary>toggle</summary></details>',
    "autofocus": '<input autofocus onfocus="{call}">',
    "svg-onload": '<svg onload="{call}"></svg>',
    "svg-script": "<svg><script>{call}</script></svg>",
    "svg-image": "<svg width=9 height=9><image href='{trap}/svg-image' width=9 height=9 /></svg>",
    "image": "<img src='{trap}/image' alt=''>",
    "srcset": "<img srcset='{trap}/srcset 1x' alt=''>",
    "picture": "<picture><source srcset='{trap}/picture'><img alt=''></picture>",
    "input-image": "<input type=image src='{trap}/input-image' alt=go>",
    "background": "<table background='{trap}/background'><tr><td>cell</td></tr></table>",
    "style-attribute": "<p style=\"background:url('{trap}/style-attribute')\">styled</p>",
    "style-import": "<style>@import '{trap}/style-import';</style>",
    "style-url": "<style>p{{background-image:url('{trap}/style-url')}}</style><p>styled</p>",
    "style-content": "<style>h1::before{{content:url('{trap}/style-content')}}</style><h1>Welcome</h1>",
    "font": "<style>@font-face{{font-family:f;src:url('{trap}/font')}}b{{font-family:f}}</style><b>font</b>",
    "stylesheet": "<link rel=stylesheet href='{trap}/stylesheet'>",
    "preload": "<link rel=preload as=image href='{trap}/preload'>",
    "modulepreload": "<link rel=modulepreload href='{trap}/modulepreload'>",
    "preconnect": "<link rel=preconnect href='{other}'>",
    "dns-prefetch": "<link rel=dns-prefetch href='{other}'>",
    "icon": "<link rel=icon href='{trap}/icon'>",
    "frame": "<iframe src='{trap}/frame'></iframe>",
    "frame-srcdoc": '<iframe srcdoc="<script>{call}</script><img src={trap}/frame-srcdoc>"></iframe>',
    "frame-script": '<iframe src="javascript:void{call}"></iframe>',
    "object": "<object data='{trap}/object'></object>",
    "embed": "<embed src='{trap}/embed'>",
    "video": "<video autoplay muted src='{trap}/video'></video>",
    "poster": "<video poster='{trap}/poster'></video>",
    "audio": "<audio autoplay src='{trap}/audio'></audio>",
    "refresh": "<meta http-equiv=refresh content='0;url={trap}/refresh'>",
    "policy": "<meta http-equiv=Content-Security-Policy content='default-src * data: unsafe-inline'>",
    "cookie": "<meta http-equiv=Set-Cookie content='pwned=1'>",
    "breakout": "--></textarea></title></iframe></pre>\"'><script>{call}</script>",
    "overlay": "<div style='position:fixed;inset:0;z-index:99999;background:#fff;opacity:.01'>overlay</div>",
    "shadow": "<div><template shadowrootmode=open><script>{call}</script></template></div>",
    # Last, since they would lead away from the page.
    "form": "<form id=f action='{trap}/form' method=post><button id=go>send</button></form><script>f.submit()</script>",
    "base": "<base href='{trap}/base/' target=_top>",
}
# What one can press in the preview, by the id of the element.
LINKS = {
    "js": '<a id=js href="javascript:{call}">js</a>',
    "data": '<a id=data href="data:text/html,<script>{call}</script>">data</a>',
    "out": "<a id=out href='{trap}/out' ping='{trap}/ping'>out</a>",
    "top": "<a id=top target=_top href='{trap}/top'>top</a>",
    "blank": "<a id=blank target=_blank rel=opener href='{trap}/blank'>blank</a>",
    "download": "<a id=download download href='data:text/html,x'>download</a>",
}
# Names that a page, a file name or a header must not take literally.
NAMES = {
    "markup": "<script>top.pwned=1</script>.pdf",
    "quotes": "\"'><img src=x onerror=top.pwned=1>.html",
    "override": "invoice\u202efdp.exe",
    "path": "../../../../etc/passwd",
    "line-breaks": "a\r\nSet-Cookie: pwned=1\r\n\r\n<script>top.pwned=1<%2Fscript>.txt",
    "long": "n" * 5_000 + ".txt",
    "percent": '%0d%0aX-Pwned:%201;"; filename="evil.html',
    "nothing": "",
    "zero": "a\x00b.html",
    "surrogate": "\ud83d\ude00\u200f\u2066.png".encode("utf-16", "surrogatepass").decode("utf-16"),
}
MEGABYTE = 2**20


def page(trap_url, other_url, parts=None):
    """One HTML body with all the attempts, or with some."""
    wanted = {**PARTS, **LINKS} if parts is None else parts
    made = [_filled(name, part, trap_url, other_url) for name, part in wanted.items()]
    return "<!doctype html><html><head><title>Hostile</title></head><body>" + "\n".join(made) + "</body></html>"


def _filled(name, part, trap_url, other_url):
    call = CALL.format(trap=trap_url, name=name)
    return part.format(trap=trap_url, other=other_url, call=call)


def raw(subject, html="<p>Hello</p>", headers=(), attachments=()):
    """The bytes of a mail; each header is given as bytes, and each attachment as (content type, name, content)."""
    boundary = "=_hostile"
    lines = [
        b"From: Shop <news@example.com>",
        b"To: ada@customer.example",
        f"Subject: {subject}".encode(),
        b"MIME-Version: 1.0",
        *headers,
        f'Content-Type: multipart/mixed; boundary="{boundary}"'.encode(),
        b"",
        f"--{boundary}".encode(),
        b"Content-Type: text/html; charset=utf-8",
        b"",
        html.encode(),
    ]
    for kind, name, content in attachments:
        encoded = "".join(f"%{byte:02X}" for byte in name.encode("utf-8", "replace"))
        lines += [
            f"--{boundary}".encode(),
            f"Content-Type: {kind}".encode(),
            f"Content-Disposition: attachment; filename*=utf-8''{encoded}".encode(),
            b"",
            content,
        ]
    return b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])
