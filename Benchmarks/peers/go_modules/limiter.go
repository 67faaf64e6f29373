//go:build ignore

// The limiter rows with sethvargo/go-limiter, the usual keyed in-memory limiter in Go.
//
// Fair because it is keyed, bounded by sweeping, and made for this. It gets the lighter work: one fixed window, which
// may admit twice the limit around its edge, where ours decides two exact windows. All timed calls are admitted.
// Debian does not package it, so it is built only where the Go module proxy can be reached.
package main

import (
	"context"
	"time"

	"github.com/sethvargo/go-limiter/memorystore"
)

const who = "sethvargo/go-limiter (Go)"

func newAdmit() func(key string) {
	store, err := memorystore.New(&memorystore.Config{Tokens: 1 << 40, Interval: time.Hour, InitialAlloc: 1 << 17})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	return func(key string) {
		if _, _, _, ok, err := store.Take(ctx, key); err != nil || !ok {
			panic("refused while measuring admissions")
		}
	}
}

func main() {
	const detail = "go-limiter memorystore, one fixed window"
	keys := clientAddresses(100_000)
	picks := [2][]string{randomPicks(keys, 1<<20, 1), randomPicks(keys, 1<<20, 2)}
	admit := newAdmit()

	hot := medianNs(func(n int) {
		for i := 0; i < n; i++ {
			admit("10.0.0.1")
		}
	})
	emit("limiter_hot_key", who, "ns", hot, detail)

	for _, key := range picks[0] {
		admit(key)
	}
	random := medianNs(func(n int) {
		for i := 0; i < n; i++ {
			admit(picks[0][i%len(picks[0])])
		}
	})
	emit("limiter_random_keys", who, "ns", random, detail)
	emit("limiter_two_threads", who, "ratio", scaling(newAdmit, picks), detail+", 2 goroutines")
}
