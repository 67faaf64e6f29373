//go:build ignore

// The demo row with Go: `server PORT` serves /bare and /api/me and prints a token for the latter.
//
// Fair because it is what a Go team would write with the standard server: /api/me passes a token bucket for the
// client's address (x/time/rate in a map under a mutex), verifies a bearer token (golang-jwt, revocation map) and
// answers JSON. The bucket is too large to refuse during a load; /bare has neither limit nor token. It uses every
// core, as ours does.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"

	"golang.org/x/time/rate"
)

type user struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Plan  string `json:"plan"`
}

var (
	mutex   sync.Mutex
	buckets = map[string]*rate.Limiter{}
	revoked = map[string]struct{}{}
)

func bucketOf(address string) *rate.Limiter {
	mutex.Lock()
	defer mutex.Unlock()
	bucket, known := buckets[address]
	if !known {
		bucket = rate.NewLimiter(1e9, 1<<40)
		buckets[address] = bucket
	}
	return bucket
}

func answer(w http.ResponseWriter, id string) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(user{ID: id, Email: "user@example.com", Plan: "free"})
}

func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil || !bucketOf(address).Allow() {
			http.Error(w, `{"error_code":"RATE_LIMIT_EXCEEDED"}`, http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func me(w http.ResponseWriter, r *http.Request) {
	claims, err := verify(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), revoked)
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, `{"error_code":"AUTHENTICATION_ERROR"}`, http.StatusUnauthorized)
		return
	}
	answer(w, claims.Subject)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: server PORT")
		os.Exit(64)
	}
	http.HandleFunc("/bare", func(w http.ResponseWriter, r *http.Request) { answer(w, "user-42") })
	http.Handle("/api/me", limited(http.HandlerFunc(me)))
	fmt.Println("token", accessToken())
	fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
	os.Exit(1)
}
