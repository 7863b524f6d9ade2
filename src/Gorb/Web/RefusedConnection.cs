using Gorb.Api;
using Microsoft.AspNetCore.Connections;

namespace Gorb.Web;

/// <summary>Why a connection is refused.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Text">The limit that is reached, and what to do.</param>
internal sealed record RefusedConnection(int Status, string Text)
{
    public static RefusedConnection Total(int max) => new(
        StatusCodes.Status503ServiceUnavailable,
        $"{max} connections are open, all of them in use, and no more are allowed (--max-connections {max}); try again later, or start the daemon with a higher limit");

    public static RefusedConnection OfAddress(int max) => new(
        StatusCodes.Status429TooManyRequests,
        $"{max} connections of this address are open, all of them in use, and no more are allowed (--limit {Model.Limits.AddressConnectionsName}={max}); end some of them, or start the daemon with a higher limit");

    /// <summary>A fatal alert "internal_error" (RFC 8446, sections 5.1 and 6.2), which is all that can be said without a handshake: that costs more than the client's part of it.</summary>
    private static readonly byte[] Alert = [21, 3, 3, 0, 2, 2, 80];

    /// <summary>Sends an answer before the request has come, and ends the connection. A client that is still sending may not see the answer.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isTls">Whether its listener has https: the client then could not read an answer in HTTP.</param>
    public async ValueTask EndAsync(ConnectionContext connection, bool isTls)
    {
        await connection.Transport.Output.WriteAsync(isTls ? Alert : RejectedRequests.Answer(Status, "too many connections", Text));
        await connection.DisposeAsync();
    }
}
