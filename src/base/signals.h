/*
 * signals.h - how a blocking read learns of a signal
 */
#ifndef STET_SIGNALS_H
#define STET_SIGNALS_H

/*
 * A descriptor that becomes readable, and stays so, once a signal was caught; -1
 * where no signals are caught.
 */
int stet_signal_fd(void);

#endif
