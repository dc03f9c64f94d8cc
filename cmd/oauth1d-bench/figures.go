package main

import (
	"slices"
	"time"
)

// quartiles of a few figures.
type quartiles struct {
	Median float64 `json:"median"`
	Q1     float64 `json:"q1"`
	Q3     float64 `json:"q3"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

func quartilesOf(figures []float64) quartiles {
	s := slices.Sorted(slices.Values(figures))
	return quartiles{Median: quantile(s, .5), Q1: quantile(s, .25), Q3: quantile(s, .75), Min: s[0], Max: s[len(s)-1]}
}

// quantile lies between the two figures next to it, as in most spreadsheets.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// percentile of latencies in order. It is one that was measured: of the
// requests, p in a hundred took that long or less.
func percentile(sorted []uint32, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return time.Duration(sorted[(len(sorted)*p+99)/100-1])
}

// A side is what was measured of one target.
type side struct {
	RequestsPerSecond quartiles `json:"requests_per_second"`
	P50               float64   `json:"p50_ms"` // medians of the rounds
	P99               float64   `json:"p99_ms"`
	CPU               float64   `json:"cpu_us"` // of the target, for one request
	Own               float64   `json:"generator_cpu_us"`
	Rates             []float64 `json:"rounds"` // requests per second, in order
}

func sideOf(rounds []round) side {
	each := func(f func(r round) float64) quartiles {
		var all []float64
		for _, r := range rounds {
			all = append(all, f(r))
		}
		return quartilesOf(all)
	}
	s := side{
		RequestsPerSecond: each(round.rate),
		P50:               each(func(r round) float64 { return r.P50.Seconds() * 1e3 }).Median,
		P99:               each(func(r round) float64 { return r.P99.Seconds() * 1e3 }).Median,
		CPU:               each(func(r round) float64 { return r.CPU.Seconds() * 1e6 / float64(max(r.Requests, 1)) }).Median,
		Own:               each(func(r round) float64 { return r.Own.Seconds() * 1e6 / float64(max(r.Requests, 1)) }).Median,
	}
	for _, r := range rounds {
		s.Rates = append(s.Rates, r.rate())
	}
	return s
}

// ratios of the rates, pair by pair.
func ratios(of, to []round) quartiles {
	var all []float64
	for i := range of {
		all = append(all, of[i].rate()/to[i].rate())
	}
	return quartilesOf(all)
}
