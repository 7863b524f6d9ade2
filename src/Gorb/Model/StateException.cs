namespace Gorb.Model;

/// <summary>The store cannot do what was asked; the message says why and what to do.</summary>
internal sealed class StateException(string message, bool isFull = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The disk is full: room must be made, where other failures want a look at the file and its device.</summary>
    public bool IsFull { get; } = isFull;
}
