using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Tests.Names;

/// <summary>A name server on a loopback port that knows the test's names and answers NXDOMAIN for all others.</summary>
internal sealed class FakeNameServer : IDisposable
{
    private readonly UdpClient _socket;

    public FakeNameServer(string address = "127.0.0.1", int port = 0)
    {
        _socket = new UdpClient(new IPEndPoint(IPAddress.Parse(address), port));
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    /// <summary>Addresses by name.</summary>
    public ConcurrentDictionary<string, string> Addresses { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every name whose IPv4 address was requested, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Whether the server receives queries without answering.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The response code of every answer, or null.</summary>
    public byte? Code { get; set; }

    public byte TtlSeconds { get; set; } = 30;

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            UdpReceiveResult query;
            try
            {
                query = await _socket.ReceiveAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            var answer = Answer(query.Buffer);
            if (!IsSilent)
            {
                await _socket.SendAsync(answer, query.RemoteEndPoint);
            }
        }
    }

    private byte[] Answer(byte[] query)
    {
        var end = Array.IndexOf(query, (byte)0, 12) + 5; // the question: name, type, class
        var name = Name(query);
        var isIpv4 = query[end - 3] == 1;
        if (isIpv4)
        {
            Asked.Enqueue(name);
        }

        var isKnown = Addresses.TryGetValue(name, out var text);
        var address = isKnown ? IPAddress.Parse(text!) : IPAddress.Any;
        var hasRecord = isKnown && Code is null && (address.AddressFamily == AddressFamily.InterNetwork) == isIpv4;
        var bytes = address.GetAddressBytes();
        byte[] record = hasRecord ? [0xC0, 12, 0, query[end - 3], 0, 1, 0, 0, 0, TtlSeconds, 0, (byte)bytes.Length, .. bytes] : [];
        return [query[0], query[1], 0x81, (byte)(0x80 | (Code ?? (isKnown ? 0 : 3))), 0, 1, 0, (byte)(hasRecord ? 1 : 0), 0, 0, 0, 0, .. query[12..end], .. record];
    }

    private static string Name(byte[] query)
    {
        var labels = new List<string>();
        for (var at = 12; query[at] > 0; at += query[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
        }

        return string.Join('.', labels);
    }
}
