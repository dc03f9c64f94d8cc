package pages

import (
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 5, 59, 0, time.FixedZone("east", 2*3600)) // 28 February in UTC
	for i, want := range []string{
		"28 February 2026, 22:05 UTC", "28. Februar 2026, 22:05 Uhr UTC", "28 février 2026 à 22:05 UTC",
		"28 de febrero de 2026, 22:05 UTC", "2026年2月28日 22:05 UTC", "28 فبراير 2026، 22:05 UTC",
	} {
		l := setOf(t, full).languages[i]
		got, err := l.moment(at)
		if err != nil {
			t.Fatal(err)
		}
		if want := `<time datetime="2026-02-28T22:05:59Z">` + want + "</time>"; string(got) != want {
			t.Errorf("%s: got %s, want %s", l.name, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	for _, tt := range []struct {
		d    time.Duration
		want [6]string
	}{
		{-time.Second, [6]string{"one second", "einer Sekunde", "une seconde", "un segundo", "1秒", "ثانية واحدة"}},
		{89*time.Second + 1, [6]string{"90 seconds", "90 Sekunden", "90 secondes", "90 segundos", "90秒", "90 ثانية"}},
		{91 * time.Second, [6]string{"2 minutes", "2 Minuten", "2 minutes", "2 minutos", "2分", "دقيقتين"}},
		{10 * time.Minute, [6]string{"10 minutes", "10 Minuten", "10 minutes", "10 minutos", "10分", "10 دقائق"}},
		{90*time.Minute + 1, [6]string{"2 hours", "2 Stunden", "2 heures", "2 horas", "2時間", "ساعتين"}},
		{24 * time.Hour, [6]string{"24 hours", "24 Stunden", "24 heures", "24 horas", "24時間", "24 ساعة"}},
	} {
		for i, want := range tt.want {
			l := setOf(t, full).languages[i]
			if got, err := l.duration(tt.d); err != nil || string(got) != want {
				t.Errorf("%v in %s: got %q, %v, want %q", tt.d, l.name, got, err, want)
			}
		}
	}
}
