// Answers, with Alertmanager's own packages, where alerts go, which are inhibited, and whether instants are in time intervals.
// One case a line on standard input, one answer a line on standard output, both as JSON. Keeps nothing.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/inhibit"
	"github.com/prometheus/alertmanager/provider/mem"
	"github.com/prometheus/alertmanager/types"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
)

type question struct {
	Config   string           `json:"config"`
	Alerts   []model.LabelSet `json:"alerts"`
	Instants []time.Time      `json:"instants"`
}

type answer struct {
	Error     string            `json:"error,omitempty"`
	Receivers [][]string        `json:"receivers"`
	Inhibited []bool            `json:"inhibited"`
	Within    map[string][]bool `json:"within"`
}

// The rules of these labels show that the inhibitor has seen what was put in before them.
var first = model.LabelSet{"sentinel_first": "1"}
var last = model.LabelSet{"sentinel_last": "1"}

func muted(q question, c *config.Config) []bool {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	marker := types.NewMarker(prometheus.NewRegistry())
	alerts, err := mem.NewAlerts(ctx, marker, time.Hour, nil, log.NewNopLogger(), prometheus.NewRegistry())
	if err != nil {
		panic(err)
	}
	defer alerts.Close()
	inhibitor := inhibit.NewInhibitor(alerts, c.InhibitRules, marker, log.NewNopLogger())
	go inhibitor.Run()
	defer inhibitor.Stop()
	put := func(labels model.LabelSet) {
		now := time.Now()
		alert := types.Alert{Alert: model.Alert{Labels: labels, StartsAt: now, EndsAt: now.Add(time.Hour)}, UpdatedAt: now}
		if err := alerts.Put(&alert); err != nil {
			panic(err)
		}
	}
	// The random rules may mute the target too; only the sentinel itself shows that it was seen. Its rules stand first.
	await := func(source, target model.LabelSet) {
		for {
			inhibitor.Mutes(target)
			by, _ := marker.Inhibited(target.Fingerprint())
			if len(by) == 1 && by[0] == source.Fingerprint().String() {
				return
			}
			time.Sleep(50 * time.Microsecond)
		}
	}
	put(first)
	await(first, model.LabelSet{"sentinel_first": "target"})
	for _, labels := range q.Alerts {
		if len(labels) > 0 {
			put(labels)
		}
	}
	put(last)
	await(last, model.LabelSet{"sentinel_last": "target"})
	result := make([]bool, len(q.Alerts))
	for i, labels := range q.Alerts {
		result[i] = inhibitor.Mutes(labels)
	}
	return result
}

func answerTo(q question) answer {
	c, err := config.Load(q.Config)
	if err != nil {
		return answer{Error: err.Error()}
	}
	a := answer{Within: map[string][]bool{}}
	root := dispatch.NewRoute(c.Route, nil)
	for _, labels := range q.Alerts {
		receivers := []string{}
		for _, route := range root.Match(labels) {
			receivers = append(receivers, route.RouteOpts.Receiver)
		}
		a.Receivers = append(a.Receivers, receivers)
	}
	a.Inhibited = muted(q, c)
	for _, named := range c.TimeIntervals {
		within := make([]bool, len(q.Instants))
		for i, instant := range q.Instants {
			for _, interval := range named.TimeIntervals {
				within[i] = within[i] || interval.ContainsTime(instant.UTC())
			}
		}
		a.Within[named.Name] = within
	}
	return a
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 64<<20)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		var q question
		if err := json.Unmarshal(input.Bytes(), &q); err != nil {
			panic(err)
		}
		if err := output.Encode(answerTo(q)); err != nil {
			panic(err)
		}
	}
}
