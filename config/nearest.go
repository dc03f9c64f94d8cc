package config

import (
	"fmt"
	"strings"
)

// misspelt is said about a name that is not among the candidates.
func misspelt(name string, candidates []string) string {
	if near := nearest(name, candidates); near != "" {
		return fmt.Sprintf("unknown key; did you mean %q?", near)
	}
	return "unknown key; expected here: " + strings.Join(candidates, ", ")
}

// nearest returns the candidate that text is most likely a misspelling of, or
// "" when none is near. Case and the choice of dash do not count.
func nearest(text string, candidates []string) string {
	best, least := "", 1+max(1, len(text)/3)
	for _, c := range candidates {
		if d := distance(plain(text), plain(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

func plain(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }

// distance is the least number of inserted, removed, changed or swapped bytes
// that make b of a.
func distance(a, b string) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
