package pages

import (
	"errors"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// date returns a day the way it is written in the language. Times are in UTC:
// nobody here knows where the browser is.
func (l *tongue) date(t time.Time) (template.HTML, error) {
	text, err := l.day(t.UTC())
	return l.timeElement(t, text), err
}

// moment returns a day and the minute.
func (l *tongue) moment(t time.Time) (template.HTML, error) {
	t = t.UTC()
	day, err := l.day(t)
	if err != nil {
		return "", err
	}
	message, err := l.message("date.moment")
	if err != nil {
		return "", err
	}
	return l.timeElement(t, fill(message, map[string]string{"date": day, "time": t.Format("15:04")})), nil
}

func (l *tongue) day(t time.Time) (string, error) {
	message, err := l.message("date.day")
	if err != nil {
		return "", err
	}
	names, err := l.message("date.months")
	if err != nil {
		return "", err
	}
	months := strings.Split(names, "|")
	if len(months) != 12 {
		return "", errors.New("date.months does not name twelve")
	}
	return fill(message, map[string]string{
		"day": strconv.Itoa(t.Day()), "month": months[t.Month()-1], "year": strconv.Itoa(t.Year()),
	}), nil
}

func (l *tongue) timeElement(t time.Time, text string) template.HTML {
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` + template.HTMLEscapeString(text) + "</time>")
}

// duration says a time to wait in words, rounded up: seconds up to a minute and a
// half, then minutes, then hours.
func (l *tongue) duration(d time.Duration) (template.HTML, error) {
	switch {
	case d <= 90*time.Second:
		return l.tn("duration.seconds", max(1, ceil(d, time.Second)))
	case d <= 90*time.Minute:
		return l.tn("duration.minutes", ceil(d, time.Minute))
	}
	return l.tn("duration.hours", ceil(d, time.Hour))
}

func ceil(d, unit time.Duration) int { return int((d + unit - 1) / unit) }
