using System.Text;
using Gorb.Ipvs.Connections;
using Gorb.Model;

namespace Gorb.Connections;

/// <summary>Counts the connections that a query asks for, by backend and state, and keeps the first ones. Its size depends on the table of services, not on the number of connections.</summary>
/// <param name="query">The query.</param>
/// <param name="owners">The services that may be seen.</param>
/// <param name="isAllSeen">True to count connections that are of no service of Gorb's, too.</param>
internal sealed class ConnectionCount(ConnectionQuery query, ConnectionOwners owners, bool isAllSeen)
{
    private readonly Dictionary<(ConnectionAddress Address, ushort Port, Service? Service), Group> _groups = [];
    private readonly List<ConnectionView> _shown = [];
    private readonly List<(byte[] Ascii, string Text)> _states = [];

    /// <summary>Counts an entry if the query asks for it.</summary>
    /// <returns>True: all are counted.</returns>
    public bool Visit(in ConnectionLine line)
    {
        if (!query.Matches(line))
        {
            return true;
        }

        var isOwned = owners.TryFind(line, out var service, out var backend);
        if ((isOwned || (isAllSeen && query.Service is null)) && IsAskedFor(service, backend))
        {
            Add(line, service, backend);
        }

        return true;
    }

    public ConnectionsView ToView()
    {
        var groups = _groups.Values.OrderByDescending(static group => group.Connections + group.Templates).ThenBy(static group => group.Destination, StringComparer.Ordinal).ToList();
        return new ConnectionsView(
            groups.Sum(static group => group.Connections), groups.Sum(static group => group.Templates), groups.Count,
            [.. groups.Take(query.Limit).Select(static group => new BackendConnectionsView(group.Service, group.Backend, group.Destination, group.Connections, group.Templates, group.States))],
            _shown);
    }

    private bool IsAskedFor(Service? service, Backend? backend) =>
        (query.Service is null || service?.Name == query.Service.Name) && (query.Backend is null || backend?.Name == query.Backend.Name);

    private void Add(in ConnectionLine line, Service? service, Backend? backend)
    {
        var key = (line.Destination, line.DestinationPort, service);
        if (!_groups.TryGetValue(key, out var group))
        {
            group = new Group(service?.Name, backend?.Name, line.ToEntry().Destination.ToString());
            _groups.Add(key, group);
        }

        group.Count(line.IsTemplate, Intern(line.State));
        if (_shown.Count < query.Limit)
        {
            _shown.Add(ConnectionView.Of(line.ToEntry(), service, backend));
        }
    }

    /// <summary>The kernel has about twenty words for states: each is one object.</summary>
    private string Intern(ReadOnlySpan<byte> state)
    {
        foreach (var (ascii, text) in _states)
        {
            if (state.SequenceEqual(ascii))
            {
                return text;
            }
        }

        var word = Encoding.ASCII.GetString(state);
        _states.Add((state.ToArray(), word));
        return word;
    }

    private sealed class Group(string? service, string? backend, string destination)
    {
        public string? Service { get; } = service;

        public string? Backend { get; } = backend;

        public string Destination { get; } = destination;

        public long Connections { get; private set; }

        public long Templates { get; private set; }

        public SortedDictionary<string, long> States { get; } = new(StringComparer.Ordinal);

        public void Count(bool isTemplate, string state)
        {
            if (isTemplate)
            {
                Templates++;
                return;
            }

            Connections++;
            States[state] = States.GetValueOrDefault(state) + 1;
        }
    }
}
