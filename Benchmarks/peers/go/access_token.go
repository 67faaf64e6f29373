//go:build ignore

// The access token of the token and demo rows, in the shape of ours, and its verification with golang-jwt.
package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"github.com/golang-jwt/jwt"
)

var (
	secret  = []byte("kX2v9QmT7rLw4Zb8Ns1Hc6Yd3Fg5Jp0uEaViRoWt")
	parser  = jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}))
	refused = errors.New("token refused")
)

type accessClaims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
}

func randomID() string {
	bytes := make([]byte, 16)
	if _, err := rand.Read(bytes); err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func accessToken() string {
	now := time.Now()
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, accessClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: "demo", Audience: jwt.ClaimStrings{"api"}, Subject: "u-42", ID: randomID(),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(15 * time.Minute)),
		},
		Session: "s-7",
	})
	token.Header["kid"] = "2026-11"
	token.Header["typ"] = "at+jwt"
	text, err := token.SignedString(secret)
	if err != nil {
		panic(err)
	}
	return text
}

func keyFor(token *jwt.Token) (any, error) {
	if token.Header["kid"] != "2026-11" {
		return nil, refused
	}
	return secret, nil
}

// verify checks signature, kid, exp and iat (golang-jwt), iss and aud, then the revocation set.
func verify(text string, revoked map[string]struct{}) (*accessClaims, error) {
	claims := &accessClaims{}
	if _, err := parser.ParseWithClaims(text, claims, keyFor); err != nil {
		return nil, err
	}
	if !claims.VerifyIssuer("demo", true) || !claims.VerifyAudience("api", true) {
		return nil, refused
	}
	if _, found := revoked[claims.ID]; found {
		return nil, refused
	}
	return claims, nil
}
