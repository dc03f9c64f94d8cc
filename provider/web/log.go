package web

import (
	"log/slog"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// logRequest writes the one line of a request. A fault of ours makes it an
// error and adds the cause; this is the only place that logs it.
func (s *Web) logRequest(x *exchange, r *http.Request) {
	level := slog.LevelInfo
	if x.ours {
		level = slog.LevelError
	}
	ctx := r.Context()
	if !(x.ours || s.accessLog) || !s.log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 12)
	attrs = append(attrs,
		slog.String("request_id", x.note.ID),
		slog.String("endpoint", x.route.name),
		slog.String("method", printable(r.Method, 16)),
		slog.Int("code", x.status),
		slog.Float64("ms", float64(s.now().Sub(x.start).Microseconds())/1000),
		slog.String("consumer", printable(x.note.Consumer, 64)),
		slog.String("user", printable(x.note.User, 64)),
		slog.String("token_id", printable(x.note.TokenID, 8)),
		slog.String("problem", printable(x.note.Problem, 64)),
	)
	if x.cause != nil {
		attrs = append(attrs, slog.String("cause", printable(x.cause.Error(), 1024)))
	}
	if x.stack != nil {
		attrs = append(attrs, slog.String("stack", string(x.stack)))
	}
	s.log.LogAttrs(ctx, level, "request", attrs...)
}

// printable returns at most limit bytes of s without anything that could move
// the cursor of a terminal or reverse its direction. Every handler of slog
// escapes line breaks, but not all of these.
func printable(s string, limit int) string {
	short := s
	if len(short) > limit {
		short = short[:limit]
		for len(short) > 0 && !utf8.RuneStart(s[len(short)]) {
			short = short[:len(short)-1]
		}
	}
	plain := true
	for i := 0; i < len(short) && plain; i++ {
		plain = short[i] >= ' ' && short[i] <= '~'
	}
	if !plain {
		short = strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return unicode.ReplacementChar
			}
			return r
		}, short)
	}
	if len(s) > limit {
		return short + "…"
	}
	return short
}
