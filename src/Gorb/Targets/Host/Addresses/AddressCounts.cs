using System.Collections.Immutable;
using System.Net;
using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Targets.Host.Addresses;

/// <summary>
/// Decides which addresses of a table are to be on this host: those of its services, without those that are withdrawn. The state of a table is computed from that of the table before, so
/// that a change costs the same in a large table as in a small one. For the writer's thread only, except <see cref="Latest"/> and <see cref="Withdrawn"/>.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="isShared">True in a cluster, where one director at a time has an address unless its services ask for another mode.</param>
internal sealed class AddressCounts(TimeProvider time, bool isShared = false)
{
    /// <summary>How long a backend must be up before a withdrawn address comes back.</summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    private State _before = State.Empty;
    private volatile State _latest = State.Empty;

    /// <summary>The wanted addresses of the last table, with the number of their services. Can be read on any thread.</summary>
    public ImmutableDictionary<IPAddress, int> Latest => _latest.Wanted;

    /// <summary>The withdrawn addresses of the last table. Can be read on any thread.</summary>
    public ImmutableDictionary<IPAddress, Withdrawal> Withdrawn => _latest.Withdrawn;

    /// <summary>The addresses of the last table that one director of the cluster is to have. Can be read on any thread.</summary>
    public ImmutableHashSet<IPAddress> Leased => _latest.Leased;

    /// <summary>Whether the last table wants an address on this host, or on one director of the cluster. Can be asked on any thread.</summary>
    public bool IsWanted(IPAddress address) => _latest is var state && (state.Wanted.ContainsKey(address) || state.Leased.Contains(address));

    /// <summary>The address that a service needs on this host; null for a service by firewall mark, for an address that every host has (127.0.0.1), and for no service.</summary>
    public static IPAddress? AddressOf(Service? service) => service?.Spec.Key.Address is { } address && !IPAddress.IsLoopback(address) ? address : null;

    /// <summary>The addresses of a table that other programs bring to this host, or to another.</summary>
    public static HashSet<IPAddress> FindExternal(Table table) =>
        [.. table.Services.Values.Where(static service => service.Spec.Vip == VipMode.External).Select(AddressOf).OfType<IPAddress>()];

    /// <summary>Returns the wanted addresses of a table, with the number of their services.</summary>
    public ImmutableDictionary<IPAddress, int> Of(Table table)
    {
        if (!ReferenceEquals(_latest.Table, table))
        {
            _latest = ReferenceEquals(_before.Table, table) ? _before : Count(table);
        }

        if (_latest.Withdrawn.Any(entry => IsRecovered(entry.Value)))
        {
            _latest = _latest.Withdrawn.Keys.Aggregate(_latest, Judge);
        }

        return _latest.Wanted;
    }

    /// <summary>Returns the wanted addresses of a table that follows from another.</summary>
    /// <param name="from">The table before.</param>
    /// <param name="to">The table after.</param>
    /// <param name="touched">Names of the services that may differ.</param>
    public ImmutableDictionary<IPAddress, int> Follow(Table from, Table to, IReadOnlyCollection<string> touched)
    {
        Of(from);
        var state = _latest with { Table = to };
        foreach (var name in touched)
        {
            var (old, now) = (from.Find(name), to.Find(name));
            if (ReferenceEquals(old, now) || (Equals(AddressOf(old), AddressOf(now)) && Tally.Of(old) == Tally.Of(now)))
            {
                continue;
            }

            state = Add(Add(state, old, -1), now, 1);
            state = new[] { AddressOf(old), AddressOf(now) }.OfType<IPAddress>().Distinct().Aggregate(state, Judge);
        }

        _before = _latest;
        _latest = state;
        return state.Wanted;
    }

    /// <summary>
    /// Takes over from a predecessor: an address that may be withdrawn, and that this host does not have, was withdrawn, or the host has just started. It comes once a backend has been up for
    /// <see cref="Recovery"/>.
    /// </summary>
    /// <param name="table">The saved table.</param>
    /// <param name="isHeld">Whether this host has an address.</param>
    public ImmutableDictionary<IPAddress, int> Begin(Table table, Predicate<IPAddress> isHeld)
    {
        foreach (var address in Of(table).Keys.Concat(_latest.Leased).Where(address => _latest.Tallies[address].Kept == 0 && !isHeld(address)))
        {
            _latest = Judge(_latest with { Withdrawn = _latest.Withdrawn.Add(address, new Withdrawal(time.GetUtcNow(), time.GetTimestamp())) }, address);
        }

        return _latest.Wanted;
    }

    /// <summary>Returns the time until the next address comes back; null when none is about to.</summary>
    public TimeSpan? FindNextRecovery()
    {
        var left = _latest.Withdrawn.Values.Where(static withdrawal => withdrawal.HealthySince is not null).Select(withdrawal => Recovery - time.GetElapsedTime(withdrawal.HealthySince!.Value)).ToList();
        return left.Count == 0 ? null : left.Min();
    }

    private State Count(Table table)
    {
        var tallies = new Dictionary<IPAddress, Tally>();
        foreach (var service in table.Services.Values)
        {
            if (AddressOf(service) is { } address)
            {
                tallies[address] = tallies.GetValueOrDefault(address).Plus(Tally.Of(service), 1);
            }
        }

        var state = new State(table, tallies.ToImmutableDictionary(), _latest.Withdrawn, ImmutableDictionary<IPAddress, int>.Empty, []);
        return tallies.Keys.Union(state.Withdrawn.Keys).Aggregate(state, Judge);
    }

    private static State Add(State state, Service? service, int sign)
    {
        if (AddressOf(service) is not { } address)
        {
            return state;
        }

        var tally = state.Tallies.GetValueOrDefault(address).Plus(Tally.Of(service), sign);
        return state with { Tallies = tally.Services == 0 ? state.Tallies.Remove(address) : state.Tallies.SetItem(address, tally) };
    }

    /// <summary>Decides whether an address is wanted, leased, left to another program, or withdrawn.</summary>
    private State Judge(State state, IPAddress address)
    {
        var tally = state.Tallies.GetValueOrDefault(address);
        var before = state.Withdrawn.GetValueOrDefault(address);
        var withdrawal = tally.Services == 0 || tally.Kept > 0 || tally.External > 0 ? null
            : tally.Healthy == 0 ? before is null ? new Withdrawal(time.GetUtcNow(), null) : before with { HealthySince = null }
            : before is null || IsRecovered(before) ? null
            : before with { HealthySince = before.HealthySince ?? time.GetTimestamp() };
        var isWanted = tally is { Services: > 0, External: 0 } && withdrawal is null;
        var isLeased = isWanted && isShared && tally.Everywhere == 0;
        return state with
        {
            Withdrawn = withdrawal is null ? state.Withdrawn.Remove(address) : state.Withdrawn.SetItem(address, withdrawal),
            Wanted = isWanted && !isLeased ? state.Wanted.SetItem(address, tally.Services) : state.Wanted.Remove(address),
            Leased = isLeased ? state.Leased.Add(address) : state.Leased.Remove(address),
        };
    }

    private bool IsRecovered(Withdrawal withdrawal) => withdrawal.HealthySince is { } since && time.GetElapsedTime(since) >= Recovery;

    private sealed record State(
        Table Table, ImmutableDictionary<IPAddress, Tally> Tallies, ImmutableDictionary<IPAddress, Withdrawal> Withdrawn, ImmutableDictionary<IPAddress, int> Wanted, ImmutableHashSet<IPAddress> Leased)
    {
        public static readonly State Empty = new(
            Table.Empty, ImmutableDictionary<IPAddress, Tally>.Empty, ImmutableDictionary<IPAddress, Withdrawal>.Empty, ImmutableDictionary<IPAddress, int>.Empty, []);
    }

    /// <summary>The services of an address.</summary>
    /// <param name="Services">Their number.</param>
    /// <param name="Kept">Those that keep the address also without a backend.</param>
    /// <param name="Healthy">Those among the others that have a backend for new connections.</param>
    /// <param name="Everywhere">Those that want it on every director.</param>
    /// <param name="External">Those that leave it to another program.</param>
    private readonly record struct Tally(int Services, int Kept, int Healthy, int Everywhere, int External)
    {
        public static Tally Of(Service? service)
        {
            if (service is null)
            {
                return default;
            }

            var (isKept, mode) = (service.Spec.Withdraw == Withdraw.Never, service.Spec.Vip);
            return new Tally(1, isKept ? 1 : 0, !isKept && IsHealthy(service) ? 1 : 0, mode == VipMode.Everywhere ? 1 : 0, mode == VipMode.External ? 1 : 0);
        }

        public Tally Plus(Tally other, int sign) => new(
            Services + (sign * other.Services), Kept + (sign * other.Kept), Healthy + (sign * other.Healthy), Everywhere + (sign * other.Everywhere), External + (sign * other.External));

        private static bool IsHealthy(Service service)
        {
            foreach (var backend in service.Backends.Values)
            {
                if (Ipvs.Weights.Input(backend) is { IsUsable: true, IsUp: true })
                {
                    return true;
                }
            }

            return false;
        }
    }
}

/// <summary>An address that is kept off this host because no backend of its services is up.</summary>
/// <param name="Since">Since when.</param>
/// <param name="HealthySince">The time stamp since which a backend is up again; null while none is.</param>
internal sealed record Withdrawal(DateTimeOffset Since, long? HealthySince);
