//go:build ignore

// The token rows with golang-jwt: verify one HS256 access token and look its jti up in a map of revoked ones.
//
// Fair because the token has the shape of ours, the same claims are checked, into a typed struct rather than a map
// (the faster way), and the revocation check is the cheapest there is in Go, a map in memory.
package main

import (
	"fmt"
	"runtime"
)

const who = "golang-jwt (Go)"

func memory() {
	const count = 1_000_000
	inUse := func() float64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return float64(stats.HeapInuse)
	}
	before := inUse()
	revoked := make(map[string]struct{}, count)
	for len(revoked) < count {
		revoked[randomID()] = struct{}{}
	}
	each := (inUse() - before) / count
	runtime.KeepAlive(revoked)
	emit("revocation_memory", who, "bytes", each, "a map of ids, heap in use, no expiry kept")
}

func main() {
	memory()
	token := accessToken()
	for row, count := range map[string]int{"token_verify": 0, "token_verify_10k_revoked": 10_000, "token_verify_1m_revoked": 1_000_000} {
		revoked := make(map[string]struct{}, count)
		for len(revoked) < count {
			revoked[randomID()] = struct{}{}
		}
		ns := medianNs(func(n int) {
			for i := 0; i < n; i++ {
				if _, err := verify(token, revoked); err != nil {
					panic(err)
				}
			}
		})
		emit(row, who, "ns", ns, fmt.Sprintf("golang-jwt v4, token of %d bytes, revoked ids in a map", len(token)))
	}
}
