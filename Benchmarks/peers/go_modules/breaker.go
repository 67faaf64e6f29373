//go:build ignore

// The breaker rows with sony/gobreaker: a successful call while closed, and a refusal while open.
//
// Fair because its default rule is consecutive failures and it stamps calls with a generation, both as ours does.
// Debian does not package it, so it is built only where the Go module proxy can be reached.
package main

import (
	"errors"
	"time"

	"github.com/sony/gobreaker"
)

const who = "sony/gobreaker (Go)"

func main() {
	nothing := func() (any, error) { return nil, nil }

	closed := gobreaker.NewCircuitBreaker(gobreaker.Settings{Name: "closed"})
	success := medianNs(func(n int) {
		for i := 0; i < n; i++ {
			if _, err := closed.Execute(nothing); err != nil {
				panic(err)
			}
		}
	})
	emit("breaker_closed", who, "ns", success, "gobreaker v1 Execute")

	opened := gobreaker.NewCircuitBreaker(gobreaker.Settings{Name: "open", Timeout: time.Hour})
	for i := 0; i < 10; i++ {
		opened.Execute(func() (any, error) { return nil, errors.New("down") })
	}
	refusal := medianNs(func(n int) {
		for i := 0; i < n; i++ {
			if _, err := opened.Execute(nothing); err != gobreaker.ErrOpenState {
				panic("admitted while open")
			}
		}
	})
	emit("breaker_refusal", who, "ns", refusal, "gobreaker v1 Execute")
}
