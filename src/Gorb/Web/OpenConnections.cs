using System.Net;

namespace Gorb.Web;

/// <summary>The open connections, in total and by client. Not thread-safe.</summary>
internal sealed class OpenConnections
{
    private readonly HashSet<OpenConnection> _open = [];
    private readonly Dictionary<IPAddress, int> _groups = [];

    /// <summary>The number of clients on this host.</summary>
    private int _local;

    public int Count => _open.Count;

    /// <summary>The number of connections of a client; all clients on this host are one.</summary>
    public int Of(IPAddress? group) => group is null ? _local : _groups.GetValueOrDefault(group);

    public void Add(OpenConnection connection)
    {
        _open.Add(connection);
        Change(connection.Group, 1);
    }

    /// <summary>Removes a connection, unless it was removed before.</summary>
    public void Remove(OpenConnection connection)
    {
        if (_open.Remove(connection))
        {
            Change(connection.Group, -1);
        }
    }

    /// <summary>The idle connection that has been idle longest; null when none is idle.</summary>
    /// <param name="group">The client whose connections are searched.</param>
    public OpenConnection? FindIdle(IPAddress group) => _open.Where(open => open.IsIdle && group.Equals(open.Group)).MinBy(static open => open.LastUse);

    /// <summary>The idle connection that has been idle longest, of the client with the most connections; null when none is idle.</summary>
    public OpenConnection? FindIdle() => _open.Where(static open => open.IsIdle).MinBy(open => (-Of(open.Group), open.LastUse));

    private void Change(IPAddress? group, int change)
    {
        if (group is null)
        {
            _local += change;
        }
        else if (Of(group) + change is var count and > 0)
        {
            _groups[group] = count;
        }
        else
        {
            _groups.Remove(group);
        }
    }
}
