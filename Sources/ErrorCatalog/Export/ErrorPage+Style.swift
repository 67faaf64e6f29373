extension ErrorPage {
    /// The style of every page, the exact text between `<style>` and `</style>`.
    ///
    /// Logical properties only, so that one style serves both directions. All text reaches a contrast
    /// of 7:1 in light and dark (WCAG 2.2, 1.4.6).
    public static let style = """
        :root{color-scheme:light dark;--page:#ffffff;--panel:#f3f5f8;--ink:#1b1f24;--soft:#474e57;--link:#0a4a9c;--line:#c8ced6}
        @media (prefers-color-scheme:dark){:root{--page:#0f1318;--panel:#1a2028;--ink:#e8edf3;--soft:#b4bdc8;--link:#9cc8ff;--line:#3a434e}}
        *{box-sizing:border-box}
        body{margin-block:0;margin-inline:auto;padding-block:1rem 3rem;padding-inline:1rem;max-inline-size:48rem}
        body{background:var(--page);color:var(--ink);font:1rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}
        nav{display:flex;flex-wrap:wrap;gap:1rem;justify-content:space-between}
        a{color:var(--link);padding-block:.25rem}
        a:focus-visible{outline:.15rem solid currentColor;outline-offset:.15rem}
        h1{font-size:1.5rem;line-height:1.3;margin-block:1.5rem .25rem}
        h2{font-size:1.2rem;margin-block:2rem .5rem;padding-block-start:.75rem;border-block-start:.06rem solid var(--line)}
        h3{font-size:1rem;margin-block:1rem .25rem;color:var(--soft)}
        p{margin-block:.25rem .5rem}
        .title{font-size:1.2rem}
        section div{margin-block:.5rem;padding-block:.25rem;padding-inline:.75rem;background:var(--panel);border-inline-start:.2rem solid var(--line)}
        table{inline-size:100%;border-collapse:collapse;margin-block:.5rem}
        th,td{text-align:start;vertical-align:top;font-weight:400;padding-block:.4rem;padding-inline:0 .75rem}
        th,td{border-block-end:.06rem solid var(--line)}
        thead th{color:var(--soft);overflow-wrap:normal}
        code,pre{font-family:ui-monospace,monospace;font-size:.9em}
        pre{background:var(--panel);padding-block:.75rem;padding-inline:.75rem;white-space:pre-wrap}
        footer{margin-block-start:2rem;color:var(--soft)}
        """

    /// The hash of ``style`` as a source of `style-src`: `'sha256-…'`, quotes included (CSP Level 3, section 6.7.3).
    public static let styleHash = "'sha256-7q3PH5FjPNeDkjiOMgmWLZoFMhKHrza75GnPTKV8bhU='"

    /// The `Content-Security-Policy` of a page: its own style, nothing else.
    public static let contentSecurityPolicy =
        "default-src 'none'; style-src \(styleHash); base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
