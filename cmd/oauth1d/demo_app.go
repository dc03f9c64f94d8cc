package main

import (
	"encoding/json"
	"net/http"
)

// demoApp is the sample application behind the gate. It knows no OAuth: it reads
// who is calling from the headers that the gate sets.
func demoApp() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		// A write error means that the caller has gone.
		_ = json.NewEncoder(w).Encode(map[string]string{
			"user":     r.Header.Get("Remote-User"),
			"consumer": r.Header.Get("X-OAuth-Consumer"),
			"request":  r.Method + " " + r.RequestURI,
		})
	})
}
