using System.Collections.Immutable;
using System.Net;
using Gorb.Model;

namespace Gorb.Targets.Host.Addresses;

/// <summary>Tells of addresses that are withdrawn and that come back, and asks for a comparison when one is due to come back. For the writer's thread.</summary>
internal sealed partial class WithdrawalNews(AddressCounts counts, EventHub events, TimeProvider time, Action requestComparison, ILogger<WithdrawalNews> logger) : IDisposable
{
    private readonly ILogger _logger = logger;
    private ImmutableDictionary<IPAddress, Withdrawal> _told = ImmutableDictionary<IPAddress, Withdrawal>.Empty;
    private ITimer? _timer;

    /// <summary>Tells what has changed since the last call.</summary>
    public void Tell(Table wanted)
    {
        var withdrawn = counts.Withdrawn;
        if (ReferenceEquals(withdrawn, _told))
        {
            return; // after most commits
        }

        foreach (var address in withdrawn.Keys.Where(address => !_told.ContainsKey(address)))
        {
            var services = string.Join(", ", wanted.Services.Values.Where(service => address.Equals(AddressCounts.AddressOf(service))).Select(static service => service.Name));
            LogWithdrawn(address, services);
            events.Publish("address", null, null, $"{address} is withdrawn: no backend of {services} is up");
        }

        foreach (var address in _told.Keys.Where(address => !withdrawn.ContainsKey(address) && counts.IsWanted(address)))
        {
            LogBack(address);
            events.Publish("address", null, null, $"{address} is back: a backend is up");
        }

        _told = withdrawn;
        if (counts.FindNextRecovery() is { } left)
        {
            _timer ??= time.CreateTimer(_ => requestComparison(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer?.Dispose();

    [LoggerMessage(1185, LogLevel.Warning, "{Address} is withdrawn: no backend of {Services} is up")]
    private partial void LogWithdrawn(IPAddress address, string services);

    [LoggerMessage(1186, LogLevel.Information, "{Address} is back: a backend is up")]
    private partial void LogBack(IPAddress address);
}
