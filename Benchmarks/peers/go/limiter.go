//go:build ignore

// The limiter rows with golang.org/x/time/rate, one token bucket for each key in a map under a mutex.
//
// Fair because this is how Go services limit by client (x/time/rate has no keys of its own). It gets the lighter
// work: one bucket and no exact window, where ours decides two exact windows. All timed calls are admitted.
package main

import (
	"runtime"
	"sync"

	"golang.org/x/time/rate"
)

const who = "x/time/rate (Go)"

type keyedLimiter struct {
	mutex   sync.Mutex
	buckets map[string]*rate.Limiter
	rate    rate.Limit
	burst   int
}

func newKeyedLimiter(perSecond rate.Limit, burst int) *keyedLimiter {
	return &keyedLimiter{buckets: map[string]*rate.Limiter{}, rate: perSecond, burst: burst}
}

func (l *keyedLimiter) allow(key string) bool {
	l.mutex.Lock()
	bucket, known := l.buckets[key]
	if !known {
		bucket = rate.NewLimiter(l.rate, l.burst)
		l.buckets[key] = bucket
	}
	l.mutex.Unlock()
	return bucket.Allow()
}

func newAdmit() func(key string) {
	limiter := newKeyedLimiter(1e9, 1<<40)
	return func(key string) {
		if !limiter.allow(key) {
			panic("refused while measuring admissions")
		}
	}
}

func hotAndRandomKeys(picks []string) {
	admit := newAdmit()
	hot := medianNs(func(n int) {
		for i := 0; i < n; i++ {
			admit("10.0.0.1")
		}
	})
	emit("limiter_hot_key", who, "ns", hot, "token bucket in a map under a mutex, one bucket")
	emit("limiter_gcra", who, "ns", hot, "token bucket in a map under a mutex, the run of the hot key")

	for _, key := range picks {
		admit(key)
	}
	random := medianNs(func(n int) {
		for i := 0; i < n; i++ {
			admit(picks[i%len(picks)])
		}
	})
	emit("limiter_random_keys", who, "ns", random, "token bucket in a map under a mutex, one bucket")
}

func memory() {
	const clients = 1_000_000
	inUse := func() float64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return float64(stats.HeapInuse)
	}
	before := inUse()
	limiter := newKeyedLimiter(100.0/60, 100)
	for _, key := range clientAddresses(clients) {
		limiter.allow(key)
	}
	each := (inUse() - before) / clients
	runtime.KeepAlive(limiter)
	emit("limiter_memory", who, "bytes", each, "heap in use, key strings included, one admission by each client")
}

func main() {
	keys := clientAddresses(100_000)
	picks := [2][]string{randomPicks(keys, 1<<20, 1), randomPicks(keys, 1<<20, 2)}
	hotAndRandomKeys(picks[0])
	emit("limiter_two_threads", who, "ratio", scaling(newAdmit, picks), "token bucket in a map under a mutex, 2 goroutines")
	memory()
}
