import HardeningCore
import RateLimit

// A budget of model tokens per user: hold the most an answer may take, then count what it took.
let limiter = RateLimiter(capacity: 10_000)
let tokens = try RateLimitPolicy("tokens", parsing: "5000/minute; 50000/day")
let longestAnswer = 2000

func ask(_ prompt: String, answering actual: Int?) {
    let attempt = limiter.reserve(tokens, key: "user-42", cost: longestAnswer)
    guard let reservation = attempt.reservation else {
        let seconds = attempt.decision.refusal?.retry.seconds.map(String.init) ?? "never"
        return print("\(prompt): 429, Retry-After: \(seconds)")
    }
    if let actual {
        limiter.commit(reservation, actual: actual)
    } else {
        limiter.cancel(reservation)  // the model did not answer; nobody pays
    }
    let left = limiter.peek(reservation.checks).binding?.remaining ?? 0
    print("\(prompt): \(actual.map { "took \($0)" } ?? "failed"), \(left) tokens left this minute")
}

ask("summarise the contract", answering: 1200)
ask("translate it", answering: nil)
ask("translate it again", answering: 1700)
ask("list its dates", answering: 150)
ask("rewrite it in plain words", answering: 2000)
