using Gorb.Documents;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Events;

/// <summary>Publishes changes of the wanted table as events.</summary>
internal sealed class TableEvents(TableWriter tableWriter, EventHub hub) : IHostedService
{
    private TableVersion? _last;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await tableWriter.Started.WaitAsync(cancellationToken); // the table at start is not a change
        _last = tableWriter.Latest;
        tableWriter.Changed += Publish;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        tableWriter.Changed -= Publish;
        return Task.CompletedTask;
    }

    /// <summary>Called on the writer's thread. Subscribers compute the difference themselves, so that the writer does not.</summary>
    private void Publish()
    {
        var (from, to) = (_last, tableWriter.Latest);
        _last = to;
        hub.Publish(now =>
        {
            var names = to.ChangedSince(from);
            var diff = ConfigDiff.Of(from?.Table.Only(names) ?? Table.Empty, to.Table.Only(names));
            return diff.Changes.Zip(diff.Summary, (change, words) =>
            {
                var origin = to.Origins.Of(change.Service, change.Backend);
                return new Event("change", now, change.Service, change.Backend, words) { Actor = origin?.Actor, Source = origin?.Source, From = origin?.Request?.From, Request = origin?.Request?.Id, Director = origin?.Director };
            });
        });
    }
}
