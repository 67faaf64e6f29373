//go:build ignore

// The breaker rows with go-resiliency: a successful call while closed, and a refusal while open.
//
// Fair, and in the peer's favour: it trips on a count of errors as ours does on consecutive ones, but reads one
// atomic word on both paths, keeps no generation, and gives no remaining time when it refuses.
package main

import (
	"errors"
	"time"

	"gopkg.in/eapache/go-resiliency.v1/breaker"
)

const who = "go-resiliency (Go)"

func main() {
	nothing := func() error { return nil }

	closed := breaker.New(3, 1, 30*time.Second)
	success := medianNs(func(n int) {
		for i := 0; i < n; i++ {
			if closed.Run(nothing) != nil {
				panic("refused while closed")
			}
		}
	})
	emit("breaker_closed", who, "ns", success, "go-resiliency v1 breaker.Run")

	opened := breaker.New(1, 1, time.Hour)
	opened.Run(func() error { return errors.New("down") })
	refusal := medianNs(func(n int) {
		for i := 0; i < n; i++ {
			if opened.Run(nothing) != breaker.ErrBreakerOpen {
				panic("admitted while open")
			}
		}
	})
	emit("breaker_refusal", who, "ns", refusal, "go-resiliency v1 breaker.Run")
}
