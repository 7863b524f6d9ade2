using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Tests.Attacks;

/// <summary>A client that sends bytes which no client of HTTP would.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;

    private RawClient(Socket socket) => _socket = socket;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="server">The daemon.</param>
    /// <param name="source">The address to connect from.</param>
    public static async Task<RawClient> ConnectAsync(IPEndPoint server, IPAddress source)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(server, Stop);
            return new RawClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends text as Latin-1.</summary>
    /// <returns>False when the daemon has closed the connection before it had everything.</returns>
    public async Task<bool> SendAsync(string text)
    {
        try
        {
            for (var rest = (ReadOnlyMemory<byte>)Encoding.Latin1.GetBytes(text); !rest.IsEmpty;)
            {
                rest = rest[await _socket.SendAsync(rest, Stop)..];
            }

            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            return false;
        }
    }

    /// <summary>Reads until the daemon ends the connection.</summary>
    public async Task<RawAnswer> ReadToEndAsync()
    {
        using var answer = new MemoryStream();
        while (await ReceiveAsync(answer) > 0)
        {
        }

        return RawAnswer.Of(Text(answer));
    }

    /// <summary>Reads until the answer has a text.</summary>
    public async Task<string> ReadUntilAsync(string wanted)
    {
        using var answer = new MemoryStream();
        while (!Text(answer).Contains(wanted, StringComparison.Ordinal))
        {
            (await ReceiveAsync(answer)).Should().BePositive($"'{wanted}' was still to come after '{Text(answer)}'");
        }

        return Text(answer);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReceiveAsync(MemoryStream answer)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            var count = await _socket.ReceiveAsync(buffer, Stop);
            answer.Write(buffer, 0, count);
            return count;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0; // the daemon had not read everything when it closed the connection
        }
    }

    private static string Text(MemoryStream answer) => Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
}

/// <summary>All that a daemon sent on a connection.</summary>
/// <param name="Status">The status of the first answer; 0 for none of HTTP/1.1.</param>
/// <param name="Text">Everything, with the heads.</param>
internal sealed record RawAnswer(int Status, string Text)
{
    private const int StatusAt = 9;
    private const int StatusEnd = 12;

    public static RawAnswer Of(string text) => new(text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(StatusAt, StatusEnd - StatusAt), CultureInfo.InvariantCulture) : 0, text);

    /// <summary>The lines of the first answer's head.</summary>
    public IEnumerable<string> Head => Text.Split("\r\n\r\n")[0].Split("\r\n");
}
