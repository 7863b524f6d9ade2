using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Connections;
using Gorb.Model;

namespace Gorb.Connections;

/// <summary>
/// Finds the service and the backend of a connection. The kernel's list has no firewall mark of a connection, so the connections of services by firewall mark are found by their
/// backends; those of a backend that several such services have are of none.
/// </summary>
internal sealed class ConnectionOwners
{
    private readonly Dictionary<(TransportProtocol? Protocol, ConnectionAddress Address, ushort Port), Owner?> _services = [];
    private readonly Dictionary<(bool IsIPv6, uint Mark), Owner> _marks = [];
    private readonly Dictionary<(ConnectionAddress Address, ushort Port), Owner?> _byMarkedBackend = [];

    /// <param name="services">The services that may be seen.</param>
    public ConnectionOwners(IEnumerable<Service> services)
    {
        foreach (var service in services)
        {
            Add(new Owner(service), service.Spec.Key);
        }
    }

    /// <summary>Finds the owner of a connection.</summary>
    /// <param name="line">The connection.</param>
    /// <param name="owner">Its service.</param>
    /// <param name="backend">Its backend; null when the destination is none of the service's any more, or is its sorry backend.</param>
    public bool TryFind(in ConnectionLine line, [NotNullWhen(true)] out Service? owner, out Backend? backend)
    {
        var found = Find(line);
        owner = found?.Service;
        backend = found?.Find(line.Destination, line.DestinationPort);
        return owner is not null;
    }

    private Owner? Find(in ConnectionLine line)
    {
        if (line.Protocol is null)
        {
            return line.IsTemplate ? _marks.GetValueOrDefault((line.Virtual.IsIPv6, (uint)(line.Virtual.Bits & uint.MaxValue))) : null;
        }

        return _services.GetValueOrDefault((line.Protocol, line.Virtual, line.VirtualPort))
            ?? _services.GetValueOrDefault((line.Protocol, line.Virtual, (ushort)0))
            ?? _byMarkedBackend.GetValueOrDefault((line.Destination, line.DestinationPort))
            ?? _byMarkedBackend.GetValueOrDefault((line.Destination, (ushort)0));
    }

    private void Add(Owner owner, ServiceKey key)
    {
        if (key.Address is { } address)
        {
            _services[(key.Protocol, ConnectionAddress.Of(address), key.Port)] = owner;
            return;
        }

        _marks[(key.Family == AddressFamily.InterNetworkV6, key.FirewallMark)] = owner;
        foreach (var destination in owner.Destinations)
        {
            if (!_byMarkedBackend.TryAdd(destination, owner))
            {
                _byMarkedBackend[destination] = null;
            }
        }
    }

    private sealed class Owner(Service service)
    {
        private readonly Dictionary<(ConnectionAddress Address, ushort Port), Backend> _backends = service.Backends.Values
            .ToDictionary(static backend => (ConnectionAddress.Of(backend.Spec.Key.Address), backend.Spec.Key.Port));

        public Service Service { get; } = service;

        public IEnumerable<(ConnectionAddress Address, ushort Port)> Destinations => _backends.Keys;

        public Backend? Find(ConnectionAddress address, ushort port) => _backends.GetValueOrDefault((address, port)) ?? _backends.GetValueOrDefault((address, (ushort)0));
    }
}
