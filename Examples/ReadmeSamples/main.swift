import RateLimit

// The functions of this target are the README's samples; CI compiles them. This one also runs.
try rateLimitSample(address: "203.0.113.7", user: "u1")
