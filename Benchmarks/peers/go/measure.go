//go:build ignore

// How every Go peer is timed: the median of several testing.Benchmark runs after one warm-up, on one thread.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"sort"
	"testing"
)

const repetitions = 7

func init() {
	testing.Init()
	flag.Set("test.benchtime", "200ms")
}

// medianNs gives the median nanoseconds of one call; call is told how many to make, so that the loop is its own.
func medianNs(calls func(n int)) float64 {
	samples := make([]float64, 0, repetitions)
	for i := 0; i <= repetitions; i++ {
		result := testing.Benchmark(func(b *testing.B) { calls(b.N) })
		if i > 0 {
			samples = append(samples, float64(result.T.Nanoseconds())/float64(result.N))
		}
	}
	return median(samples)
}

func median(samples []float64) float64 {
	sort.Float64s(samples)
	return samples[len(samples)/2]
}

func emit(row, who, unit string, value float64, detail string) {
	line := map[string]any{
		"row": row, "who": who, unit: math.Round(value*100) / 100,
		"detail": fmt.Sprintf("%s; %s", detail, runtime.Version()),
	}
	json.NewEncoder(os.Stdout).Encode(line)
}

// clientAddresses gives n keys as a limiter by client address sees them.
func clientAddresses(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)
	}
	return keys
}

// randomPicks is the order in which the keys are asked for, fixed so that every run asks the same.
func randomPicks(keys []string, n int, seed uint64) []string {
	picks := make([]string, n)
	for i := range picks {
		seed = seed*6364136223846793005 + 1442695040888963407
		picks[i] = keys[(seed>>33)%uint64(len(keys))]
	}
	return picks
}

// scaling gives the throughput of two goroutines divided by that of one, each admitting its own random keys.
func scaling(newAdmit func() func(key string), picks [2][]string) float64 {
	throughput := func(goroutines int) float64 {
		admit := newAdmit()
		for _, key := range picks[0] {
			admit(key)
		}
		return 1 / medianNs(func(n int) {
			done := make(chan bool)
			for _, keys := range picks[:goroutines] {
				go func(keys []string) {
					for i := 0; i < n/goroutines; i++ {
						admit(keys[i%len(keys)])
					}
					done <- true
				}(keys)
			}
			for i := 0; i < goroutines; i++ {
				<-done
			}
		})
	}
	return throughput(2) / throughput(1)
}
