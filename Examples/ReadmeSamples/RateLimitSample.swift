import RateLimit

func rateLimitSample(address: String, user: String) throws {
    let limiter = RateLimiter(capacity: 100_000)
    let global = try RateLimitPolicy("global", parsing: "100/minute; 1000/hour")
    let chat = try RateLimitPolicy("chat", [.slidingWindow(30, per: .seconds(60))])

    switch limiter.admit([RateLimitCheck(global, key: address), RateLimitCheck(chat, key: user)]) {
    case .admitted(let quota): print("go ahead;", quota)
    case .refused(let refusal): print("not now;", refusal)
    }
}
