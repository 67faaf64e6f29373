module peers

go 1.18

require (
	github.com/sethvargo/go-limiter v0.7.2
	github.com/sony/gobreaker v1.0.0
)
