using System.Globalization;
using Gorb.Cli.Objects;
using Gorb.Cli.Show;

namespace Gorb.Cli.Top;

/// <summary>A row: a service, or a backend.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state in one word.</param>
/// <param name="Connections">Connections in any state.</param>
/// <param name="Rate">New connections a second.</param>
/// <param name="In">Bytes a second from clients.</param>
/// <param name="Out">Bytes a second to clients.</param>
/// <param name="Cells">The cells of its columns.</param>
internal sealed record TopRow(string Name, string State, long Connections, long Rate, long In, long Out, string[] Cells)
{
    public static readonly TopColumn[] ServiceColumns =
    [
        new("SERVICE", 0), new("ADDRESS", 5), new("STATE", 0), new("UP", 2), new("CONNS", 3, true), new("CONN/S", 4, true), new("IN/S", 6, true), new("OUT/S", 7, true), new("PROBLEM", 1),
    ];

    public static readonly TopColumn[] BackendColumns =
    [
        new("BACKEND", 0), new("ADDRESS", 6), new("STATE", 0), new("SINCE", 2), new("WEIGHT", 5, true), new("CONNS", 3, true), new("CONN/S", 4, true), new("IN/S", 7, true), new("OUT/S", 8, true), new("CHECK", 9, true),
        new("REASON", 1),
    ];

    public static TopRow Of(ServiceState service)
    {
        var (rate, input, output) = Traffic(service.Traffic);
        return new TopRow(service.Name, service.State, service.Connections, rate, input, output,
        [
            service.Name, service.Address, service.State, $"{Number(service.Up)}/{Number(service.Backends.Count)}", Number(service.Connections), Number(rate), Amount.Format(input), Amount.Format(output),
            service.Problem,
        ]);
    }

    public static TopRow Of(BackendState backend, DateTimeOffset now)
    {
        var (rate, input, output) = Traffic(backend.Traffic);
        return new TopRow(backend.Path.Backend!, backend.State, backend.Connections, rate, input, output,
        [
            backend.Path.Backend!, backend.Address, backend.State, backend.ChangedAt is { } at ? Age.Format(now > at ? now - at : TimeSpan.Zero) : "", Weight(backend), Number(backend.Connections), Number(rate),
            Amount.Format(input), Amount.Format(output), backend.Checks is [{ LatencyMs: { } latency }, ..] ? latency.ToString("0.#ms", CultureInfo.InvariantCulture) : "", backend.Reason,
        ]);
    }

    /// <summary>The wanted weight, and that in force where it is another.</summary>
    private static string Weight(BackendState backend) =>
        backend.KernelWeight is { } weight && weight != backend.Weight ? $"{Number(backend.Weight)}({Number(weight)})" : Number(backend.Weight);

    private static (long Rate, long In, long Out) Traffic(Func<string, long> traffic) => (traffic("connections_per_second"), traffic("in_bytes_per_second"), traffic("out_bytes_per_second"));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A column.</summary>
/// <param name="Heading">Its heading.</param>
/// <param name="Rank">Its importance: a narrow terminal shows the columns of the lowest ranks.</param>
/// <param name="IsNumber">True to align it on the right.</param>
internal sealed record TopColumn(string Heading, int Rank, bool IsNumber = false);
