namespace Gorb.Model;

/// <summary>A store operation failed; the message says why and what to do.</summary>
internal sealed class StateException(string message, bool isFull = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True if the disk is full. The remedy is to free space; other failures concern the file or its device.</summary>
    public bool IsFull { get; } = isFull;
}
