using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Ipvs;

/// <summary>Writes the attributes of one request.</summary>
internal delegate void RequestWriter(ref AttributeWriter writer);

/// <summary>
/// Sends commands to the IPVS family. It resolves the family's number, again after the module was reloaded, and turns the kernel's refusals into
/// exceptions that name the operation.
/// </summary>
internal sealed class IpvsConnection(NetlinkConnection connection)
{
    private const string FamilyName = "IPVS";
    private const byte FamilyVersion = 1; // IPVS_GENL_VERSION

    private readonly GenericFamily _family = new(connection, FamilyName);
    private readonly RequestBatch _batch = new();
    private KernelError?[] _errors = [];

    /// <summary>Reads one object.</summary>
    /// <exception cref="IpvsException">The kernel refused.</exception>
    public T Get<T>(IpvsOperation operation, object target, IpvsCommand command, RequestWriter write, ReplyParser<T> parse) where T : class
    {
        T? value = null;
        Exchange(operation, target, command, MessageFlags.None, write, () => connection.Get(_batch, parse, out value));
        return value!;
    }

    /// <summary>Reads all objects of a kind.</summary>
    /// <exception cref="IpvsException">The kernel refused.</exception>
    public List<T> Dump<T>(IpvsOperation operation, object target, IpvsCommand command, RequestWriter write, ReplyParser<T> parse)
    {
        List<T> values = [];
        Exchange(operation, target, command, MessageFlags.Dump, write, () => connection.Dump(_batch, parse, out values));
        return values;
    }

    /// <summary>Carries out one change.</summary>
    /// <exception cref="IpvsException">The kernel refused.</exception>
    public void Change(IpvsOperation operation, object target, IpvsCommand command, RequestWriter write) =>
        Exchange(operation, target, command, MessageFlags.Acknowledge, write, () => Transact()[0]);

    /// <summary>Carries out up to <see cref="RequestBatch.MaxMessages"/> changes, in order.</summary>
    /// <returns>The kernel's refusals by index; valid until the next call.</returns>
    /// <exception cref="IpvsUnavailableException">IPVS is missing, or the process lacks the privilege: nothing was changed.</exception>
    public ReadOnlySpan<KernelError?> Change(ReadOnlySpan<IpvsChange> changes)
    {
        do
        {
            var family = Resolve();
            _batch.Clear();
            for (var i = 0; i < changes.Length; i++)
            {
                // The kernel always answers errors; one acknowledgement, of the last message, confirms that all messages before it were handled.
                var body = Begin(family, ChangeCodec.Command(changes[i]), i == changes.Length - 1 ? MessageFlags.Acknowledge : MessageFlags.None);
                ChangeCodec.Write(ref body, changes[i]);
                _batch.End(body);
            }
        }
        while (Transact().AllMissing() && _family.HasChanged());

        var errors = _errors.AsSpan(0, changes.Length);
        ThrowIfForbidden(errors[0]?.Errno ?? Errno.None);
        return errors;
    }

    private void Exchange(IpvsOperation operation, object target, IpvsCommand command, MessageFlags flags, RequestWriter write, Func<KernelError?> exchange)
    {
        KernelError? error;
        do
        {
            var family = Resolve();
            _batch.Clear();
            var body = Begin(family, command, flags);
            write(ref body);
            _batch.End(body);
            error = exchange();
        }
        while (error is { Errno: Errno.ENOENT } && _family.HasChanged());

        if (error is { } refusal)
        {
            ThrowIfForbidden(refusal.Errno);
            throw new IpvsException(operation, target.ToString()!, refusal.Errno, refusal.Text ?? ErrnoExplanations.Explain(operation, refusal.Errno));
        }
    }

    private ReadOnlySpan<KernelError?> Transact()
    {
        if (_errors.Length < _batch.Count)
        {
            _errors = new KernelError?[RequestBatch.MaxMessages];
        }

        var errors = _errors.AsSpan(0, _batch.Count);
        errors.Clear();
        connection.Transact(_batch, _errors);
        return errors;
    }

    private AttributeWriter Begin(MessageType family, IpvsCommand command, MessageFlags flags)
    {
        var body = _batch.Begin(family, flags);
        body.WriteFixed(new GenericHeader((byte)command, FamilyVersion));
        return body;
    }

    private MessageType Resolve() => _family.Resolve(out var id) is { } error
        ? throw new IpvsUnavailableException(IpvsOperation.Connect, FamilyName, error.Errno, ErrnoExplanations.NoFamily)
        : id;

    private static void ThrowIfForbidden(Errno errno)
    {
        if (errno is Errno.EPERM or Errno.EACCES)
        {
            throw new IpvsUnavailableException(IpvsOperation.Connect, FamilyName, errno, ErrnoExplanations.Forbidden);
        }
    }
}

/// <summary>Queries over the errors of a batch.</summary>
internal static class BatchErrors
{
    /// <summary>True when every message failed with ENOENT, the answer for an unknown family. Any other outcome proves that the family exists.</summary>
    public static bool AllMissing(this ReadOnlySpan<KernelError?> errors)
    {
        foreach (var error in errors)
        {
            if (error is not { Errno: Errno.ENOENT })
            {
                return false;
            }
        }

        return true;
    }
}
