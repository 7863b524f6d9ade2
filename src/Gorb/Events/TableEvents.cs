using Gorb.Documents;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Events;

/// <summary>Tells of changes of the wanted table.</summary>
internal sealed class TableEvents(Balancer balancer, EventHub hub) : IHostedService
{
    private TableVersion? _last;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await balancer.Started.WaitAsync(cancellationToken); // what was there before is no news
        _last = balancer.Latest;
        balancer.Changed += Tell;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        balancer.Changed -= Tell;
        return Task.CompletedTask;
    }

    /// <summary>Runs on the writer, which is why the difference is left to those who listen.</summary>
    private void Tell()
    {
        var (from, to) = (_last, balancer.Latest);
        _last = to;
        hub.Publish(now =>
        {
            var names = to.ChangedSince(from);
            var diff = ConfigDiff.Of(from?.Table.Only(names) ?? Table.Empty, to.Table.Only(names));
            return diff.Changes.Zip(diff.Summary, (change, words) =>
            {
                var origin = to.Origins.Of(change.Service, change.Backend);
                return new Event("change", now, change.Service, change.Backend, words) { Actor = origin?.Actor, Source = origin?.Source };
            });
        });
    }
}
