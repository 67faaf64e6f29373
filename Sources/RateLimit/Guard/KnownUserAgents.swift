extension UserAgentRules {
    /// Tools that look for weaknesses, and name themselves: refused.
    ///
    /// Source of the names: the OWASP Core Rule Set, `rules/scanners-user-agents.data` (github.com/coreruleset/coreruleset),
    /// a list kept by hand against false alarms. Left out are names that also occur inside ordinary ones
    /// (`vega`, `user-agent`, `securityagent`).
    public static let scanners: [UserAgentRule] = [
        "acunetix", "appspider", "arachni", "betabot", "cmsmap", "commix", "detectify", "dirbuster", "dotdotpwn", "droopescan",
        "feroxbuster", "fimap", "fuzz faster", "ghauri", "gobuster", "graphql-cop", "graphw00f", "havij", "(hydra)", "ironwasp",
        "jbrofuzz", "joomscan", "jorgee", "jsql", "l9explore", "l9tcpid", "lfimap", "lfisuite", "libwhisker", "masscan", "morfeus",
        "mozlila", "n-stalker", "nessus", "netsparker", "nettacker", "nikto", "nmap", "nuclei", "openvas", "qualysguard",
        "shortscan", "skipfish", "sqlmap", "sqlninja", "sstimap", "sysscan", "tplmap", "tsunamisecurityscanner", "w3af.org",
        "wapiti", "webshag", "wfuzz", "whatwaf", "whatweb", "wpprobe", "wprecon", "wpscan", "xsser", "xsstrike", "zgrab", "zmeu",
    ].map { UserAgentRule(known: $0, .refuse) }

    /// Programs that copy whole sites or gather them for resale: slowed down by a second.
    ///
    /// Source of the names: the bad-bot list of github.com/mitchellkrogza/apache-ultimate-bad-bot-blocker as carried by
    /// version 3.2 of the OWASP Core Rule Set (`rules/crawlers-user-agents.data`). Search engines are not in it, nor are
    /// general HTTP libraries such as curl, whose users are your users.
    public static let scrapers: [UserAgentRule] = [
        "80legs", "ahrefsbot", "blackwidow", "blexbot", "ccbot", "cherrypicker", "crawler4j", "dotbot", "emailsiphon",
        "email siphon", "email wolf", "grapeshotcrawler", "heritrix", "httrack", "linkextractorpro", "megaindex.ru", "mj12bot",
        "nimblecrawler", "offline explorer", "pagegrabber", "phpcrawl", "scrapy", "semrushbot", "seokicks", "sitesnagger",
        "sitesucker", "superbot", "teleportpro", "teleport pro", "webcopier", "webleacher", "webreaper", "webstripper",
        "webwhacker", "webzip", "website quester", "xenu",
    ].map { UserAgentRule(known: $0, .slow(.seconds(1))) }
}
