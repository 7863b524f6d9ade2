using System.Net;

namespace Gorb.Ipvs.Sockets;

/// <summary>Finds out which user holds the socket of a TCP connection of this host.</summary>
public interface ISocketOwners
{
    /// <summary>Finds the user that holds one end of a connection. The kernel says so, and the user cannot forge it.</summary>
    /// <param name="local">The address and port of that end.</param>
    /// <param name="remote">The address and port of the other end.</param>
    /// <returns>The user id; null when no program holds such a socket, for instance because it was closed already.</returns>
    /// <exception cref="SocketOwnerException">The kernel cannot be asked.</exception>
    uint? Find(IPEndPoint local, IPEndPoint remote);
}

/// <summary>The owner of a socket cannot be found out; the message has the reasons.</summary>
public sealed class SocketOwnerException(string message, Exception inner) : Exception(message, inner);
